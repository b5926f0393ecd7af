/** The metrics in an order that a reader wants: is it learning, and if not, why. */

/** Metrics under one heading. */
export interface MetricGroup {
  /** The heading. */
  title: string;
  /** Names, the ones that matter first. */
  metrics: string[];
}

/** What a metric tells, where its name does not. */
export const MEANINGS: Record<string, string> = {
  "val-core/pass@1": "held-out problems answered right",
  "reward/correct": "training answers that are right",
  "critique/refinement_correct": "refinements that are right",
  "group/frac_zero_std": "groups with equal rewards: nothing to learn",
  "actor/entropy": "nats a token: how much the policy explores",
  "response_length/mean": "tokens an answer",
  "response_length/clip_ratio": "answers cut by length",
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
};

const ORDER: [title: string, RegExp, ...first: string[]][] = [
  [
    "Is it learning?",
    /^(val-core\/pass@1|reward\/correct|critique\/refinement_correct|group\/frac_zero_std|actor\/entropy|response_length\/mean)$/,
    "val-core/pass@1",
    "reward/correct",
    "critique/refinement_correct",
    "group/frac_zero_std",
    "actor/entropy",
    "response_length/mean",
  ],
  ["Held-out problems by source", /^val-core\/.*\/pass@1$/],
  ["Verdicts", /^(reward\/|response_length\/clip_ratio)/, "reward/wrong", "reward/unparsable"],
  ["Critiques and refinements", /^critique\//],
  ["Policy", /^(actor|training\/rollout)/, "actor/pg_loss", "actor/grad_norm", "actor/ppo_kl"],
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
      .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    for (const name of metrics) left.delete(name);
    return { title, metrics };
  }).filter(({ metrics }) => metrics.length > 0);
}
