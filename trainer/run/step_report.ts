/** A step's numbers: all of them for `metrics.jsonl`, a few for a person. */

import { sampleMetrics } from "../algorithm/metrics.ts";
import type { ValidationResult } from "../eval/validate.ts";
import { isCorrect } from "../reward/reward.ts";
import type { StepRecord } from "../step.ts";
import type { MetricsRecord } from "./folder.ts";
import type { StepLine } from "./step_line.ts";

/** Everything that was measured of a step, by the names that verl's users know. */
export function stepMetrics(
  step: number,
  epoch: number,
  record: StepRecord,
  seconds: number,
): MetricsRecord {
  const { learning, budget } = record;
  return {
    step,
    "training/global_step": step,
    "training/epoch": epoch,
    ...sampleMetrics(record),
    ...prefixed("actor", learning.metrics),
    "actor/updates": learning.updates,
    "actor/nonfinite_updates": learning.skipped,
    ...learning.mismatch,
    "critique/refinements_dropped": budget.dropped,
    "critique/refinements_cut": budget.cut,
    ...prefixed("timing_s", record.seconds),
    "timing_s/step": seconds,
    "perf/total_num_tokens": record.tokens,
    "perf/throughput": record.tokens / seconds,
  };
}

/** A validation's pass@1, of all problems and by source. */
export function validationMetrics(result: ValidationResult): Record<string, number> {
  const metrics: Record<string, number> = {
    "val-core/pass@1": result["pass@1"],
    "val-core/n": result.n,
  };
  for (const [source, { "pass@1": passAt1, n }] of Object.entries(result.sources)) {
    metrics[`val-core/${source}/pass@1`] = passAt1;
    metrics[`val-core/${source}/n`] = n;
  }
  return metrics;
}

/** What a person sees of a step. */
export function stepLine(
  step: number,
  total: number,
  record: StepRecord,
  seconds: number,
): StepLine {
  const samples = sampleMetrics(record);
  const rewards = record.rollouts.map(({ score }) => score.reward);
  return {
    step,
    total,
    reward: mean(rewards),
    passAt1: mean(rewards.map((reward) => isCorrect(reward) ? 1 : 0)),
    refinedCorrect: samples["critique/refinement_correct"] ?? null,
    zeroVariance: samples["group/frac_zero_std"],
    meanLength: samples["response_length/mean"],
    tokensPerSecond: record.tokens / seconds,
    seconds: { step: seconds, ...record.seconds },
  };
}

function prefixed(prefix: string, values: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]),
  );
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
