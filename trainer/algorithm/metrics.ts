/** A step's samples as numbers, by the names that users of verl and of the recipe know. */

import type { GroupRow } from "../refine/assemble.ts";
import { isCorrect, type Score } from "../reward/reward.ts";
import { isZeroVariance } from "./advantage.ts";

/** A response of the first generation. */
export interface RolloutSample {
  /** Tokens of its prompt. */
  promptLength: number;
  /** Tokens of the response, the end token included. */
  responseLength: number;
  /** `"length"` where it was cut. */
  finish: "stop" | "length";
  /** What it is worth. */
  score: Score;
}

/** A refinement, selected or not. */
export interface RefinementSample {
  /** What it is worth. */
  score: Score;
  /** What the response that it refines is worth. */
  initial: Score;
}

/** A prompt's assembled group. */
export interface GroupSample {
  /** Its rows, at least one token each. */
  rows: readonly GroupRow[];
  /** One for each row. */
  advantages: readonly number[];
}

/** What a step generated and is about to learn from. */
export interface StepSamples {
  /** All responses of the first generation, displaced ones included. */
  rollouts: readonly RolloutSample[];
  /** All refinements; none in plain GRPO. */
  refinements: readonly RefinementSample[];
  /** All groups. */
  groups: readonly GroupSample[];
}

/**
 * The metrics of a step's samples. A mean over nothing is left out: it would be neither 0 nor a JSON number.
 *
 * | name | of | what |
 * |---|---|---|
 * | `prompt_length/{mean,max,min}` | rollouts | tokens |
 * | `response_length/{mean,max,min,clip_ratio}` | rollouts | tokens; the share that was cut by length |
 * | `reward/{correct,wrong,unparsable,gave_up}` | rollouts | share of each verdict, together 1 |
 * | `critique/initial_score_mean` | rollouts | score |
 * | `critique/refinement_score_mean` | refinements | score |
 * | `critique/refinement_improvement` | refinements | score less that of the response it refines |
 * | `critique/refinement_correct` | refinements | share of reward above 0 |
 * | `critic/{score,rewards}/{mean,max,min}` | rows of the groups | score and reward |
 * | `critic/advantages/{mean,max,min}` | rows of the groups | advantage; the mean is over response tokens |
 * | `group/frac_zero_std` | groups | share whose rewards are all equal, from which nothing is learned |
 * | `group/frac_refined` | rows of the groups | share of refinements |
 *
 * `refinement_improvement` compares each refinement with its own origin. Where every response is refined that is the
 * difference of the two means; where only wrong ones are, the difference would tell less than was gained.
 */
export function sampleMetrics(samples: StepSamples): Record<string, number> {
  const { rollouts, refinements, groups } = samples;
  const rows = groups.flatMap((group) => group.rows);
  const advantages = groups.flatMap((group) => group.advantages);
  const share = (outcome: Score["outcome"]): number =>
    mean(rollouts.map((rollout) => Number(rollout.score.outcome === outcome)));

  const metrics: Record<string, number> = {
    ...summary("prompt_length", rollouts.map((rollout) => rollout.promptLength)),
    ...summary("response_length", rollouts.map((rollout) => rollout.responseLength)),
    "response_length/clip_ratio": mean(rollouts.map(({ finish }) => Number(finish === "length"))),
    "reward/correct": share("equal"),
    "reward/wrong": share("different"),
    "reward/unparsable": share("unparsable"),
    "reward/gave_up": share("gave_up"),
    "critique/initial_score_mean": mean(rollouts.map(({ score }) => score.score)),
    "critique/refinement_score_mean": mean(refinements.map(({ score }) => score.score)),
    "critique/refinement_improvement": mean(
      refinements.map(({ score, initial }) => score.score - initial.score),
    ),
    "critique/refinement_correct": mean(
      refinements.map(({ score }) => Number(isCorrect(score.reward))),
    ),
    ...summary("critic/score", rows.map((row) => row.score)),
    ...summary("critic/rewards", rows.map((row) => row.reward)),
    ...summary("critic/advantages", advantages),
    "critic/advantages/mean": mean(advantages, rows.map((row) => row.tokens.length)),
    "group/frac_zero_std": mean(
      groups.map((group) => Number(isZeroVariance(group.rows.map((row) => row.reward)))),
    ),
    "group/frac_refined": mean(rows.map((row) => Number(row.refined))),
  };
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}

/** Σ w·x / Σ w; NaN of nothing. */
function mean(values: readonly number[], weights: readonly number[] = values.map(() => 1)): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, i) => sum + value * weights[i], 0) / total;
}

/** Mean, largest and smallest; of nothing they are not finite. */
function summary(name: string, values: readonly number[]): Record<string, number> {
  return {
    [`${name}/mean`]: mean(values),
    [`${name}/max`]: values.reduce((a, b) => Math.max(a, b), -Infinity),
    [`${name}/min`]: values.reduce((a, b) => Math.min(a, b), Infinity),
  };
}
