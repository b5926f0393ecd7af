/**
 * Where people who train by reinforcement get lost, told in words. Each rule is a function of the metrics; its
 * thresholds are judgements, and the reason for each stands beside it.
 */

import type { MetricsLine } from "../run/formats.ts";
import { CRITIC_RULES } from "./critic_warnings.ts";
import {
  initial,
  isCritic,
  type Level,
  percent,
  recent,
  rightShare,
  type Rule,
  SOLVED,
  valuesOf,
  type Warning,
  WINDOW,
} from "./warning.ts";

/** A group of equal rewards has no advantages: with nine in ten of them a batch is a tenth of its size. */
export const zeroVariance: Rule = (metrics) => {
  const metric = "group/frac_zero_std", share = recent(metrics, metric);
  if (share === null || share < 0.9 || isCritic(metrics)) return null;
  const correct = rightShare(metrics) ?? 0;
  const seen =
    `In the last ${WINDOW} steps ${percent(share)} of the groups had rewards that are all ` +
    `equal: their advantages are zero, and nothing is learned from them.`;
  if (correct >= SOLVED) {
    return {
      id: "zero_variance",
      level: "good",
      headline: "the problems are solved",
      metric,
      seen: `${seen} ${percent(correct)} of the answers are right.`,
      tries: ["Stop here, or go on with harder problems."],
    };
  }
  return {
    id: "zero_variance",
    level: "severe",
    headline: "nothing left to learn from",
    metric,
    seen: `${seen} ${percent(correct)} of the answers are right.`,
    tries: [
      "Read a few groups: are the answers wrong, or does the verifier not understand them?",
      "Take easier problems, or train the model on the form of answers first (SFT, warmup.steps).",
      "Sample more answers (actor_rollout_ref.rollout.n) or bolder ones (rollout.temperature).",
      "Let refinements in: rollout.n_prefix=1 with critiques that tell the answer (critique_type=simple_gt).",
    ],
  };
};

/** A tenth of its first entropy, or 0.02 nats a token, is close to greedy: the n answers are one answer n times. */
export const entropyCollapse: Rule = (metrics) => {
  const metric = "actor/entropy", now = recent(metrics, metric);
  if (now === null || (rightShare(metrics) ?? 0) >= SOLVED) return null;
  const start = initial(metrics, metric);
  if (now >= 0.02 && now >= start / 10) return null;
  return {
    id: "entropy_collapse",
    level: "severe",
    headline: "entropy has collapsed",
    metric,
    seen:
      `The policy's entropy fell from ${start.toFixed(3)} to ${
        now.toFixed(3)
      } nats a token while ` +
      `much is still wrong: it hardly explores any more.`,
    tries: [
      "Lower actor_rollout_ref.actor.optim.lr, and go on from a checkpoint before the fall.",
      "Raise actor.clip_ratio_high (clip-higher), or give actor.entropy_coeff a small value such as 0.001.",
      "Raise rollout.temperature.",
    ],
  };
};

/** Twice its first entropy and half a nat more: a policy that learns gets surer; this one comes apart. */
export const entropyGrowth: Rule = (metrics) => {
  const metric = "actor/entropy", now = recent(metrics, metric);
  if (now === null) return null;
  const start = initial(metrics, metric);
  if (now < 2 * start || now < start + 0.5) return null;
  return {
    id: "entropy_growth",
    level: "severe",
    headline: "entropy is blowing up",
    metric,
    seen: `The policy's entropy grew from ${start.toFixed(2)} to ${now.toFixed(2)} nats a token: ` +
      `its answers are turning into noise.`,
    tries: [
      "Lower actor_rollout_ref.actor.optim.lr, and go on from a checkpoint before the growth.",
      "Set actor.entropy_coeff=0 if there is a bonus.",
      "Let refinements weigh less (actor.off_policy_weight), or hold the policy near its start (actor.use_kl_loss).",
    ],
  };
};

/** A cut answer is scored wrong whatever it was about to say; one in ten biases a run against long thoughts. */
export const cutByLength: Rule = (metrics) => {
  const metric = "response_length/clip_ratio", share = recent(metrics, metric);
  if (share === null || share < 0.1) return null;
  const what = isCritic(metrics) ? "critiques" : "answers";
  return {
    id: "cut_by_length",
    level: share >= 0.3 ? "severe" : "notice",
    headline: `${what} are cut by length`,
    metric,
    seen: `In the last ${WINDOW} steps ${
      percent(share)
    } of the ${what} ran out of tokens before they ended.`,
    tries: [
      "Raise data.max_response_length.",
      "Read one that was cut: where it repeats itself, the model never learned to stop; train its form first (SFT).",
    ],
  };
};

/**
 * The mean difference between a token's probability when it was drawn and in training; between two exact engines it
 * is rounding (below 0.001), with bfloat16 about 0.005. From 0.02 on the gradient is another policy's.
 */
export const enginesDisagree: Rule = (metrics) => {
  const metric = "training/rollout_probs_diff_mean", now = recent(metrics, metric);
  if (now === null) return null;
  const start = initial(metrics, metric);
  if (now < 0.02 && !(now > 3 * start && now > 0.005)) return null;
  return {
    id: "engines_disagree",
    level: now >= 0.05 ? "severe" : "notice",
    headline: "generation and training disagree",
    metric,
    seen:
      `A token's probability differs by ${
        now.toFixed(4)
      } on average between the engine that drew it and the ` +
      `one that trains (${start.toFixed(4)} at first).`,
    tries: [
      "Check that the engine takes every weight update, and samples with the temperature that training divides by.",
      "Generate in a wider number format (float32, or bfloat16 in place of 8 bits).",
      "Lower actor_rollout_ref.actor.optim.lr: a mismatch that grows often follows a policy that comes apart.",
    ],
  };
};

/** An answer that cannot be read teaches nothing about the problem: half of them, or a tenth more than at first. */
export const unparsable: Rule = (metrics) => {
  const metric = "reward/unparsable", share = recent(metrics, metric);
  if (share === null) return null;
  const start = initial(metrics, metric), rising = share >= start + 0.1;
  if (share < 0.5 && !rising) return null;
  return {
    id: "unparsable",
    level: share >= 0.5 ? "severe" : "notice",
    headline: rising ? "more and more answers cannot be read" : "answers cannot be read",
    metric,
    seen: `In the last ${WINDOW} steps ${percent(share)} of the answers were "unparsable" ` +
      `(${percent(start)} at first): the verifier found no answer, or could not read it.`,
    tries: [
      "Read the verifier's reason beside such an answer: often the \\boxed{} is missing.",
      "Say in the prompt how to give the answer, or train the form first (SFT, warmup.steps).",
      "Look at response_length/clip_ratio: an answer that is cut never reaches its box.",
    ],
  };
};

/** Critiques cost as much as answers; where no refinement is right they are spent for nothing. */
export const refinementsFail: Rule = (metrics) => {
  const metric = "critique/refinement_correct", share = recent(metrics, metric);
  if (share === null || share > 0) return null;
  return {
    id: "refinements_fail",
    level: "severe",
    headline: "no refinement is right",
    metric,
    seen:
      `Not one refinement of the last ${WINDOW} steps was right: the group gains nothing from critiques.`,
    tries: [
      "Read a critique and its refinement: does the critique say what is wrong, and does the model heed it?",
      "Let critiques tell more: actor_rollout_ref.rollout.critique_type=simple_gt, or text with a stronger model.",
      "Raise rollout.max_refinement_length where refinements are cut.",
      "Train the model on refining first (SFT, warmup.steps).",
    ],
  };
};

/** Thirty steps without one more right answer in a hundred: noise alone would move a batch more than a trend that slow. */
export const noProgress: Rule = (metrics) => {
  const metric = "reward/correct", now = recent(metrics, metric);
  if (now === null || now >= SOLVED || valuesOf(metrics, metric).length < 3 * WINDOW) return null;
  const start = initial(metrics, metric);
  if (now >= start + 0.01) return null;
  return {
    id: "no_progress",
    level: "notice",
    headline: "no progress yet",
    metric,
    seen: `${percent(now)} of the answers are right, ${percent(start)} were at first.`,
    tries: [
      "Look at critique/refinement_correct: where refinements are right, patience may be all that is missing.",
      "Look at actor/grad_norm and actor/lr: an update that is close to zero moves nothing.",
      "Take easier problems first, or a stronger model.",
    ],
  };
};

/** Every rule, those that explain the others first. */
export const RULES: readonly Rule[] = [
  unparsable,
  cutByLength,
  zeroVariance,
  refinementsFail,
  entropyCollapse,
  entropyGrowth,
  enginesDisagree,
  ...CRITIC_RULES,
  noProgress,
];

const LEVELS: readonly Level[] = ["severe", "notice", "good"];

/** What a person should know about a run, severe ones first. */
export function warnings(metrics: readonly MetricsLine[]): Warning[] {
  const found = RULES.map((rule) => rule(metrics)).filter((warning) => warning !== null);
  return found.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}
