/** Where people who train critics (CTRL) get lost, told in words; see `warnings.ts`. */

import { initial, percent, recent, type Rule, SOLVED, valuesOf, WINDOW } from "./warning.ts";

const RECENTLY = `In the last ${WINDOW} steps`;

/**
 * One word for every program: right ones and wrong ones are called the same in nineteen of twenty cases. Nothing in the
 * reward holds the judgment, for only the revision's tests pay.
 */
export const oneJudgment: Rule = (metrics) => {
  const right = recent(metrics, "ctrl/right_recognised");
  const wrong = recent(metrics, "ctrl/wrong_recognised");
  if (right === null || wrong === null) return null;
  const all = right <= 0.05 && wrong >= 0.95
    ? "Incorrect"
    : wrong <= 0.05 && right >= 0.95
    ? "Correct"
    : null;
  if (all === null) return null;
  const metric = all === "Incorrect" ? "ctrl/right_recognised" : "ctrl/wrong_recognised";
  return {
    id: "one_judgment",
    level: "severe",
    headline: `every program is called ${all}`,
    metric,
    seen:
      `${RECENTLY} ${percent(right)} of the right programs were called Correct and ${
        percent(wrong)
      } of the ` +
      `wrong ones Incorrect: the judgment says the same of every program, so it tells nothing.`,
    tries: [
      "Do not use this critic as a judge, nor to stop at “Correct”; its suggestions may still help: look at ctrl/delta_up.",
      "Go on from a checkpoint before the drift (the curve shows where), with a smaller learning rate (actor.optim.lr) " +
      "or a larger actor.kl_loss_coef.",
      "Give the SFT rows as many right programs as wrong ones, so that RL begins with a judgment.",
      "Look at ctrl/delta_down: where the generator leaves right programs alone whatever is said, a wrong judgment costs nothing.",
    ],
  };
};

/** As for answers: nine groups in ten without a difference leave a tenth of the batch. */
export const equalRewards: Rule = (metrics) => {
  const metric = "group/frac_zero_std", share = recent(metrics, metric);
  const passed = recent(metrics, "ctrl/passed");
  if (share === null || passed === null || share < 0.9) return null;
  const seen = `${RECENTLY} ${percent(share)} of the programs had critiques that all earned the ` +
    `same, which teaches nothing; ${percent(passed)} of the revisions passed their tests.`;
  if (passed >= SOLVED) {
    return {
      id: "equal_rewards",
      level: "good",
      headline: "nearly every revision passes",
      metric,
      seen,
      tries: ["Stop here, or go on with harder problems, or a weaker generator's programs."],
    };
  }
  return {
    id: "equal_rewards",
    level: "severe",
    headline: "all critiques of a program earn the same",
    metric,
    seen,
    tries: [
      "Read a few groups: do the critiques differ, and does the generator follow them?",
      "Where the critiques are all alike, the SFT critic is too sure: end its SFT sooner, or raise rollout.temperature.",
      "Where no revision ever passes, take easier problems or a stronger generator.",
      "Write more critiques of each program (actor_rollout_ref.rollout.n), or pay by the share of tests " +
      "(ctrl.partial_reward=true).",
    ],
  };
};

/** A program that is cut off by the time limit earns nothing: a third of them, or a tenth more than at first. */
export const timeouts: Rule = (metrics) => {
  const metric = "ctrl/timed_out", share = recent(metrics, metric);
  if (share === null) return null;
  const start = initial(metrics, metric), rising = share >= start + 0.1;
  if (share < 0.3 && !rising) return null;
  return {
    id: "timeouts",
    level: share >= 0.3 ? "severe" : "notice",
    headline: rising ? "more and more revisions run out of time" : "revisions run out of time",
    metric,
    seen: `${RECENTLY} ${percent(share)} of the revisions ran into the time limit (${
      percent(start)
    } at first).`,
    tries: [
      "Read such a revision: does the critique ask for a slower way, such as trying everything?",
      "Look at timing_s/exec: where the sandbox is overloaded, run fewer programs at once (ctrl.sandbox.concurrency).",
      "Raise the problems' time limit if right solutions need it.",
    ],
  };
};

/** A revision without a program fails whatever the critique was worth: a tenth of them hides the signal. */
export const noProgram: Rule = (metrics) => {
  const metric = "ctrl/no_program", share = recent(metrics, metric);
  if (share === null || share < 0.1) return null;
  const faults = recent(metrics, "ctrl/generator_faults") ?? 0;
  return {
    id: "no_program",
    level: share >= 0.3 ? "severe" : "notice",
    headline: "revisions hold no program",
    metric,
    seen: `${RECENTLY} no program was found in ${percent(share)} of the revisions; ${
      percent(faults)
    } were not written at all.`,
    tries: [
      "Read such a revision: where it is cut, raise ctrl.generator.max_tokens; where the ``` block is missing, the " +
      "generator does not follow the format.",
      "Look at ctrl/generator_faults: there the generator's server refused, or the context was too small.",
      "Look at response_length/mean: very long critiques leave the generator no room.",
    ],
  };
};

/** A critique without a judgment earns nothing, however good: half of them, or a tenth more than at first. */
export const noJudgment: Rule = (metrics) => {
  const metric = "ctrl/no_judgment", share = recent(metrics, metric);
  if (share === null) return null;
  const start = initial(metrics, metric);
  if (share < 0.5 && share < start + 0.1) return null;
  return {
    id: "no_judgment",
    level: share >= 0.5 ? "severe" : "notice",
    headline: "critiques without a judgment",
    metric,
    seen:
      `${RECENTLY} ${
        percent(share)
      } of the critiques did not end in “Overall judgment: Correct” or ` +
      `“Incorrect” (${percent(start)} at first), and so earned nothing.`,
    tries: [
      "Look at response_length/clip_ratio: a critique that is cut never reaches its judgment; raise data.max_response_length.",
      "Train the form of critiques first (ctrl:sft).",
    ],
  };
};

/** Thirty steps without one more revision in a hundred that passes. */
export const criticStuck: Rule = (metrics) => {
  const metric = "ctrl/passed", now = recent(metrics, metric);
  if (now === null || now >= SOLVED || valuesOf(metrics, metric).length < 3 * WINDOW) return null;
  const start = initial(metrics, metric);
  if (now >= start + 0.01) return null;
  return {
    id: "critic_stuck",
    level: "notice",
    headline: "no progress yet",
    metric,
    seen: `${percent(now)} of the revisions pass their tests, ${percent(start)} did at first.`,
    tries: [
      "Look at ctrl/delta_up and ctrl/delta_down: what is mended may be broken elsewhere.",
      "Read a few groups: does the generator follow the critiques at all?",
      "Look at actor/grad_norm and actor/lr: an update that is close to zero moves nothing.",
    ],
  };
};

/** Those that explain the others first. */
export const CRITIC_RULES: readonly Rule[] = [
  noJudgment,
  noProgram,
  timeouts,
  equalRewards,
  oneJudgment,
  criticStuck,
];
