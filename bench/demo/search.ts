/** A small search of GRPO's own best settings, on seeds that the demonstration does not use. */

import { CRITIQUE_GRPO, GRPO, markdown } from "./report.ts";
import { ends, mean } from "./curve.ts";
import type { Method, Run } from "./runs.ts";

/** What was searched, kept in `results/demo_search.json`. */
export interface Search {
  /** Steps of Critique-GRPO, whose generated tokens each setting got. */
  steps: number;
  /** The tuning seeds. */
  seeds: number[];
  /** Every setting's pass@1 after training, by seed. */
  settings: { overrides: string[]; passAt1: number[] }[];
}

/** Critique-GRPO as it stands. */
export const critiqueGrpo: Method = { name: CRITIQUE_GRPO, overrides: [] };

/**
 * Critique-GRPO, which sets the budget, and GRPO in every setting. Where no answer of a step is right, GRPO's gradient
 * is the entropy bonus alone, which AdamW scales up to full steps: so it is searched without the bonus too.
 */
export const searched: Method[] = [
  critiqueGrpo,
  grpo({ lr: "6e-4", std: "true", entropy: "0.001" }), // what Critique-GRPO has
  grpo({ lr: "3e-4", std: "true", entropy: "0" }),
  grpo({ lr: "6e-4", std: "true", entropy: "0" }),
  grpo({ lr: "1.2e-3", std: "true", entropy: "0" }),
  grpo({ lr: "6e-4", std: "false", entropy: "0" }),
];

function grpo(setting: { lr: string; std: string; entropy: string }): Method {
  return {
    name: [GRPO, ...Object.values(setting)].join(" "),
    overrides: [
      "actor_rollout_ref.rollout.n_prefix=0",
      `actor_rollout_ref.actor.optim.lr=${setting.lr}`,
      `algorithm.norm_adv_by_std_in_grpo=${setting.std}`,
      `actor_rollout_ref.actor.entropy_coeff=${setting.entropy}`,
    ],
  };
}

/** What the runs of {@linkcode searched} came to. */
export function searchOf(runs: readonly Run[]): Search {
  const of = (name: string) =>
    runs.filter(({ method }) => method === name).sort((a, b) => a.seed - b.seed);
  const [reference, ...others] = searched;
  return {
    steps: ends(of(reference.name)[0]).last.step,
    seeds: of(reference.name).map(({ seed }) => seed),
    settings: others.map(({ name, overrides }) => ({
      overrides,
      passAt1: of(name).map((run) => ends(run).last.passAt1),
    })),
  };
}

/** GRPO with the setting of the highest mean. */
export function bestGrpo({ settings }: Search): Method {
  const best = settings.reduce((a, b) => mean(b.passAt1) > mean(a.passAt1) ? b : a);
  return { name: GRPO, overrides: best.overrides };
}

/** The search as Markdown. */
export function describeSearch(search: Search): string {
  const best = bestGrpo(search);
  const rows = search.settings.map(({ overrides, passAt1 }) => {
    const [, ...setting] = overrides.map((text) => text.slice(text.indexOf("=") + 1));
    const cells = [...setting, ...[...passAt1, mean(passAt1)].map((share) => share.toFixed(3))];
    return overrides === best.overrides ? cells.map((cell) => `**${cell}**`) : cells;
  });
  return `Searched on the seeds ${search.seeds.join(" and ")}, each with the tokens that \
${search.steps} steps of ${CRITIQUE_GRPO} generate there (\`deno task bench:demo --search\`): held-out pass@1. \
The best mean is taken.

${
    markdown([
      "lr",
      "norm_adv_by_std",
      "entropy_coeff",
      ...search.seeds.map((s) => `seed ${s}`),
      "mean",
    ], rows)
  }`;
}
