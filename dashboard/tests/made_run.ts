/** A run's folder of any size, made up: as `trainer/run/` writes it. */

import { join } from "node:path";

/** How large, and what the model said. */
export interface MadeRunOptions {
  /** Steps after step 0. */
  steps: number;
  /** Problems a step. */
  problems: number;
  /** Rollouts a problem; every wrong one is refined. */
  answers: number;
  /** Taken by turns. @default answers with formulas of a few lines */
  texts?: string[];
}

/** The names of a real run's metrics. */
const METRICS = [
  ..."prompt_length response_length critic/score critic/rewards critic/advantages".split(" ")
    .flatMap((name) => ["mean", "max", "min"].map((part) => `${name}/${part}`)),
  ..."response_length/clip_ratio reward/correct reward/wrong reward/unparsable reward/gave_up"
    .split(" "),
  ..."critique/initial_score_mean critique/refinement_score_mean critique/refinement_correct".split(
    " ",
  ),
  ..."group/frac_zero_std group/frac_refined actor/pg_loss actor/on_pg_loss actor/off_pg_loss"
    .split(" "),
  ..."actor/entropy actor/ppo_kl actor/grad_norm actor/lr actor/off_policy_prob training/epoch"
    .split(" "),
  ..."timing_s/gen timing_s/refine timing_s/update timing_s/step perf/throughput".split(" "),
];

/** A metric that wanders towards its goal; the same every time. */
function wandering(metric: number, step: number, steps: number): number {
  return Math.max(
    0,
    step / steps * ((metric * 37 % 11) / 11) + 0.05 * Math.sin(step * (metric + 2)) + 0.06,
  );
}

/** One line of `metrics.jsonl`. */
export function metricsText(step: number, steps: number): string {
  const numbers = Object.fromEntries(METRICS.map((name, i) => [name, wandering(i, step, steps)]));
  const validation = step % 10 === 0
    ? { "val-core/pass@1": wandering(5, step, steps), "val-core/n": 192 }
    : {};
  return JSON.stringify({ step, ...(step > 0 ? numbers : {}), ...validation }) + "\n";
}

/** Six characters a token, and an end token. */
function tokenLengths(text: string): number[] {
  const last = text.length % 6;
  return [...new Array<number>(Math.floor(text.length / 6)).fill(6), ...(last ? [last] : []), 0];
}

/** A step's rollouts as `rollouts/step-….jsonl` holds them. */
export function rolloutsText({ problems, answers, texts }: MadeRunOptions): string {
  const wrong = texts ?? [
    "Let $x$ be the number. Then $$x^2 + 2x = \\frac{3}{4}$$ so $x = \\frac12$.\n\n```python\nprint(0.5)  # half\n```\nTherefore \\boxed{1}.",
    "We have \\(a + b = 7\\) and $a = 3$; " + "it follows that $b = 4$. ".repeat(12) + "\\boxed{3}",
  ];
  const answer = (text: string, right: boolean) => ({
    text,
    finish: "stop",
    tokens: tokenLengths(text).length,
    token_lengths: text.length > 2000 ? null : tokenLengths(text),
    logprobs: text.length > 2000 ? null : tokenLengths(text).map((_, i) => -(i % 7) / 2),
    reward: right ? 1 : 0,
    score: right ? 0.9 : 0,
    accuracy: right ? 1 : 0,
    format: 0,
    outcome: right ? "equal" : "different",
    extracted: right ? "4" : "3",
    reason: right ? "both are 4" : "4 is not 3",
  });
  return Array.from({ length: problems }, (_, p) => {
    const rollouts = Array.from({ length: answers }, (_, i) => ({
      ...answer(wrong[(i + p) % wrong.length], i === 1),
      critique: i === 1 ? null : texts?.[i % texts.length] ??
        "The generated solution is incorrect, the ground truth is 4.",
      critique_origin: i === 1 ? null : "rule",
    }));
    const refinement = {
      ...answer(texts?.[0] ?? "So $b = 4$: \\boxed{4}", true),
      of: 0,
      selected: true,
    };
    return JSON.stringify({
      id: `made/${p}`,
      source: "made",
      prompt: [
        { role: "system", content: "Answer." },
        {
          role: "user",
          content: texts?.[p % texts.length] ??
            `Problem ${p}: if $a + b = 7$ and $a = 3$, what is $b$?`,
        },
      ],
      ground_truth: "4",
      rollouts,
      refinements: [refinement],
      group: rollouts.map((rollout, i) => ({
        refined: i === 0,
        rollout: i === 0 ? null : i,
        refinement: i === 0 ? 0 : null,
        reward: i === 0 ? 1 : rollout.reward,
        advantage: i < 2 ? 1.5 : -0.5,
        logprobs: i === 0 ? refinement.logprobs : null,
      })),
    }) + "\n";
  }).join("");
}

/** Writes the folder `root/name`. */
export async function madeRun(root: string, name: string, options: MadeRunOptions): Promise<void> {
  const folder = join(root, name);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    join(folder, "config.yaml"),
    `trainer:\n  seed: 1\n  experiment_name: ${
      JSON.stringify(name)
    }\n  total_training_steps: ${options.steps}\n` +
      `actor_rollout_ref:\n  rollout:\n    n_prefix: 1\n  actor:\n    off_policy_reshape: p_div_p_0.1\n`,
  );
  await writeSteps(folder, options.steps, metricsText, rolloutsText(options));
}

/** Writes metrics of steps from 0, and the same rollouts for each step from 1, into a run's folder. */
export async function writeSteps(
  folder: string,
  steps: number,
  metrics: (step: number, steps: number) => string,
  rollouts: string,
): Promise<void> {
  const lines = Array.from({ length: steps + 1 }, (_, step) => metrics(step, steps));
  await Deno.writeTextFile(join(folder, "metrics.jsonl"), lines.join(""));
  await Deno.mkdir(join(folder, "rollouts"));
  for (let step = 1; step <= steps; step++) {
    const file = `step-${String(step).padStart(6, "0")}.jsonl`;
    await Deno.writeTextFile(join(folder, "rollouts", file), rollouts);
  }
}
