/** The metrics in an order that a reader wants: is it learning, and if not, why. */

/** Metrics under one heading. */
export interface MetricGroup {
  /** The heading. */
  title: string;
  /** Names, the ones that matter first. */
  metrics: string[];
}

/** The metrics that tell how a run went, of every method; a report draws them as figures. */
export const LEARNING: readonly string[] = [
  "val-core/pass@1",
  "val/loss",
  "train/loss",
  "reward/correct",
  "ctrl/passed",
  "ctrl/delta_up",
  "ctrl/delta_down",
  "critique/refinement_correct",
  "group/frac_zero_std",
  "actor/entropy",
  "response_length/mean",
  "response_length/clip_ratio",
];

/** What a metric tells, where its name does not. */
const MEANINGS: Record<string, string> = {
  "val-core/pass@1": "held-out problems solved",
  "reward/correct": "training answers that are right",
  "critique/refinement_correct": "refinements that are right",
  "group/frac_zero_std": "groups of equal rewards: nothing to learn",
  "actor/entropy": "entropy, nats a token",
  "response_length/mean": "tokens a response",
  "response_length/clip_ratio": "responses cut by length",
  "reward/wrong": "read, and not equal",
  "reward/unparsable": "no answer found, or not readable",
  "reward/gave_up": "the verifier ran out of steps",
  "critique/refinement_improvement": "refinement's score less its rollout's",
  "critique/refinements_dropped": "no room in the context",
  "critique/refinements_cut": "less room than asked for",
  "actor/grad_norm": "before clipping",
  "actor/ppo_kl": "from the policy before the step",
  "actor/pg_clipfrac": "tokens held by the clip",
  "actor/off_policy_prob": "of a refinement's tokens",
  "actor/on_policy_prob": "of a rollout's tokens",
  "group/frac_refined": "rows that are refinements",
  "perf/throughput": "generated tokens a second",
  "val/loss": "nats a token of held-out responses",
  "train/loss": "nats a token of a response",
  "ctrl/passed": "revisions that pass their tests",
  "ctrl/delta_up": "Δ↑: wrong programs that are mended",
  "ctrl/delta_down": "Δ↓: right programs that are broken",
  "ctrl/right_recognised": "right programs that are called Correct",
  "ctrl/wrong_recognised": "wrong programs that are called Incorrect",
  "ctrl/no_judgment": "critiques that judge nothing, and earn nothing",
  "ctrl/no_program": "revisions in which no program was found",
  "ctrl/timed_out": "revisions that ran into the time limit",
  "ctrl/generator_faults": "revisions that the generator could not write",
  "ctrl/remembered": "programs whose result was known already",
  "ctrl/solutions_passed": "solutions of the step that were right",
  "perf/trainer_idle": "share of the step spent waiting for revisions and tests",
  "val-ctrl/initial/pass@1": "held-out programs that pass as they are",
};

/** What a metric tells; empty where its name says it. */
export function meaning(metric: string): string {
  const turn = /^val-ctrl\/turn(\d+)\/(.+)$/.exec(metric);
  if (!turn) return MEANINGS[metric] ?? "";
  const told = turn[2] === "pass@1" ? "held-out programs that pass" : MEANINGS[`ctrl/${turn[2]}`];
  return `${told ? `${told}, ` : ""}after ${turn[1]} turn${turn[1] === "1" ? "" : "s"}`;
}

const ORDER: [title: string, RegExp, ...first: string[]][] = [
  ["Is it learning?", new RegExp(`^(${LEARNING.join("|")})$`), ...LEARNING],
  ["Held-out problems by source", /^val-core\/.*\/pass@1$/],
  ["Verdicts", /^reward\//, "reward/wrong", "reward/unparsable"],
  [
    "Critiques, judgments and revisions",
    /^ctrl\//,
    "ctrl/right_recognised",
    "ctrl/wrong_recognised",
    "ctrl/no_judgment",
    "ctrl/no_program",
    "ctrl/timed_out",
  ],
  ["Held-out programs by turn", /^val-ctrl\//],
  ["Critiques and refinements", /^critique\//],
  [
    "Policy",
    /^(actor\/|train\/|training\/rollout)/,
    "actor/pg_loss",
    "actor/grad_norm",
    "actor/ppo_kl",
  ],
  ["Groups and advantages", /^(group|critic)\//, "group/frac_refined"],
  ["Lengths", /^(response|prompt)_length\//],
  ["Time", /^(timing_s|perf)\//, "timing_s/step", "perf/throughput"],
  ["Everything else", /^(?!val-core\/)/],
];

/** A mean's own extremes, which are drawn as a band around it. */
export function band(metric: string): { low: string; high: string } | null {
  const stem = /^(.*)\/mean$/.exec(metric)?.[1];
  return stem === undefined ? null : { low: `${stem}/min`, high: `${stem}/max` };
}

/** What is told of every turn stands side by side, what passes first. */
function byTurn(metric: string): string {
  const turn = /^val-ctrl\/(turn\d+|initial)\/(.+)$/.exec(metric);
  return turn ? `${turn[2] === "pass@1" ? "" : turn[2]} ${turn[1]}` : metric;
}

/** Every metric under the first heading that fits; extremes go with their means. */
export function metricGroups(names: Iterable<string>): MetricGroup[] {
  const all = new Set(names);
  const left = new Set(
    [...all].filter((name) => {
      const mean = name.replace(/\/(max|min)$/, "/mean");
      return name !== "step" && (mean === name || !all.has(mean));
    }),
  );
  return ORDER.map(([title, pattern, ...first]) => {
    const rank = (name: string) => (first.indexOf(name) + first.length + 1) % (first.length + 1);
    const metrics = [...left].filter((name) => pattern.test(name))
      .sort((a, b) => rank(a) - rank(b) || byTurn(a).localeCompare(byTurn(b)));
    for (const name of metrics) left.delete(name);
    return { title, metrics };
  }).filter(({ metrics }) => metrics.length > 0);
}
