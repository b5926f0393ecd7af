/** A critic's step as numbers: all of them for `metrics.jsonl`, a few for a person, every word for `rollouts/`. */

import { extractCode } from "../../sandbox/judge/extract.ts";
import { isZeroVariance } from "../algorithm/advantage.ts";
import type { MetricsRecord } from "../run/folder.ts";
import { responseRecord } from "../run/rollout_record.ts";
import type { StepLine } from "../run/step_line.ts";
import type { TokenSpans } from "../run/token_spans.ts";
import type { CriticStep, Judged, StateRecord } from "./critic_step.ts";
import type { TestOutcome } from "./state.ts";

/**
 * The metrics of a step. A mean over nothing is left out.
 *
 * | name | what |
 * |---|---|
 * | `critic/rewards/mean` | reward of a critique |
 * | `ctrl/passed`, `ctrl/timed_out` | share of revisions that pass their tests; that run into the time limit |
 * | `ctrl/delta_up`, `ctrl/delta_down` | share of critiques that turn a wrong solution right; a right one wrong |
 * | `ctrl/right_recognised`, `ctrl/wrong_recognised` | share of right solutions called correct; of wrong ones called incorrect |
 * | `ctrl/no_judgment`, `ctrl/no_program` | share of critiques without a judgment; of revisions without a program |
 * | `ctrl/generator_faults` | share of revisions that the generator could not write: no room, or refused |
 * | `ctrl/remembered` | share of programs whose result was known |
 * | `ctrl/sandbox_pauses`, `ctrl/sandbox_faults` | times that the sandbox was waited for; programs that it could not judge |
 * | `perf/trainer_idle` | share of the step in which the critic neither writes nor learns |
 */
export function criticMetrics<Tests>(
  step: number,
  epoch: number,
  record: CriticStep<Tests>,
): MetricsRecord {
  const { records, learning, seconds, tokens, remembered } = record;
  const all = records.flatMap(({ state, critiques }) => critiques.map((c) => ({ state, ...c })));
  const right = all.filter(({ state }) => state.passed), wrong = all.filter((c) => !c.state.passed);
  const share = <T>(items: readonly T[], test: (item: T) => boolean) =>
    items.filter(test).length / items.length;
  const lengths = all.map(({ critique }) => critique.tokens.length);
  const metrics: Record<string, number> = {
    "training/global_step": step,
    "training/epoch": epoch,
    "critic/rewards/mean": mean(all.map(({ reward }) => reward)),
    "response_length/mean": mean(lengths),
    "response_length/max": lengths.reduce((a, b) => Math.max(a, b), 0),
    "response_length/clip_ratio": share(all, ({ critique }) => critique.finish === "length"),
    "group/frac_zero_std": share(records, zeroVariance),
    "ctrl/passed": share(all, ({ outcome }) => outcome.passed),
    "ctrl/timed_out": share(all, ({ outcome }) => outcome.timedOut),
    "ctrl/delta_up": share(all, ({ state, outcome }) => !state.passed && outcome.passed),
    "ctrl/delta_down": share(all, ({ state, outcome }) => state.passed && !outcome.passed),
    "ctrl/right_recognised": share(right, ({ judgment }) => judgment === "Correct"),
    "ctrl/wrong_recognised": share(wrong, ({ judgment }) => judgment === "Incorrect"),
    "ctrl/no_judgment": share(all, ({ judgment }) => judgment === null),
    "ctrl/no_program": share(all, ({ revision }) => revision.code.trim() === ""),
    "ctrl/generator_faults": share(all, ({ revision }) => revision.fault !== undefined),
    "ctrl/remembered": remembered / all.length,
    ...Object.fromEntries(Object.entries(learning.metrics).map(([k, v]) => [`actor/${k}`, v])),
    "actor/updates": learning.updates,
    "actor/nonfinite_updates": learning.skipped,
    ...learning.mismatch,
    ...Object.fromEntries(Object.entries(seconds).map(([k, v]) => [`timing_s/${k}`, v])),
    "perf/total_num_tokens": tokens,
    "perf/throughput": tokens / seconds.step,
    "perf/trainer_idle": 1 - (seconds.gen + seconds.update) / seconds.step,
  };
  const known = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
  return { step, ...Object.fromEntries(known) };
}

/** What a person sees of a step. */
export function criticLine<Tests>(
  step: number,
  total: number,
  { records, seconds, tokens }: CriticStep<Tests>,
): StepLine {
  const all = records.flatMap(({ critiques }) => critiques);
  return {
    step,
    total,
    reward: meanOrNull(all.map(({ reward }) => reward)),
    passAt1: meanOrNull(all.map(({ outcome }) => Number(outcome.passed))),
    refinedCorrect: null,
    zeroVariance: meanOrNull(records.map((record) => Number(zeroVariance(record)))),
    meanLength: meanOrNull(all.map(({ critique }) => critique.tokens.length)) ?? 0,
    tokensPerSecond: tokens / seconds.step,
    seconds,
  };
}

/**
 * A state as a line of `rollouts/step-….jsonl`.
 *
 * @param spans measures the critic's tokens
 */
export function criticRecord<Tests>(
  { state, critiques, advantages, tests }: StateRecord<Tests>,
  spans: TokenSpans,
): Record<string, unknown> {
  const { id, source, problem, solution, passed, outcome } = state;
  return {
    id,
    source,
    problem,
    solution,
    program: extractCode(solution, "python").code,
    ...(outcome ? tested(outcome) : { passed }),
    tests,
    critiques: critiques.map(({ critique, judgment, revision, outcome, reward }, i) => ({
      ...responseRecord(critique, spans),
      judgment,
      revision: revision.answer,
      program: revision.code,
      fault: revision.fault ?? null,
      ...tested(outcome),
      reward,
      advantage: advantages[i],
    })),
  };
}

function tested({ passed, share, timedOut, ran, failures }: TestOutcome): Record<string, unknown> {
  return { passed, share, timed_out: timedOut, ran, failures };
}

const zeroVariance = ({ critiques }: { critiques: readonly Judged[] }) =>
  isZeroVariance(critiques.map(({ reward }) => reward));

/** Null where a step had no states. */
const meanOrNull = (values: readonly number[]) => values.length > 0 ? mean(values) : null;

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
