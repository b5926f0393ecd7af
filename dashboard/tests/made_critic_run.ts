/** A critic's run of any size, made up: as `trainer/ctrl/` writes it, with an evaluation in its folder. */

import { join } from "node:path";
import { writeSteps } from "./made_run.ts";

/** How large, and what the models wrote. */
export interface MadeCriticRunOptions {
  /** Steps after step 0. */
  steps: number;
  /** Programs a step. */
  programs: number;
  /** Critiques a program. */
  critiques: number;
  /** Taken by turns for every text that a model or a program wrote. @default short ones that make sense */
  texts?: string[];
}

const WRONG = "def largest(a, b):\n    # the larger one\n    return min(a, b)\n";
const RIGHT = "def largest(a, b):\n    # the larger one\n    return max(a, b)\n";

/** Every program is called Incorrect: what the warnings are there for. */
function metricsText(step: number, steps: number): string {
  const share = step / steps;
  const trained = {
    "critic/rewards/mean": 0.2 + 0.4 * share,
    "response_length/mean": 40,
    "response_length/clip_ratio": 0.01,
    "group/frac_zero_std": 0.3,
    "ctrl/passed": 0.2 + 0.4 * share,
    "ctrl/timed_out": 0.01,
    "ctrl/delta_up": 0.3 * share,
    "ctrl/delta_down": 0.02,
    "ctrl/right_recognised": 0.01,
    "ctrl/wrong_recognised": 0.99,
    "ctrl/no_judgment": 0,
    "ctrl/no_program": 0.01,
    "actor/entropy": 0.5,
    "timing_s/step": 2,
  };
  const validation = step % 10 === 0
    ? { "val-core/pass@1": 0.3 + 0.3 * share, "val-ctrl/turn1/pass@1": 0.3 + 0.3 * share }
    : {};
  return JSON.stringify({ step, ...(step > 0 ? trained : {}), ...validation }) + "\n";
}

function rolloutsText({ programs, critiques, texts }: MadeCriticRunOptions): string {
  let taken = 0;
  const text = (usual: string) => texts ? texts[taken++ % texts.length] : usual;
  const tested = (passed: boolean) => ({
    passed,
    share: passed ? 1 : 0.5,
    timed_out: false,
    ran: 2,
    failures: passed ? [] : [{ test: 1, got: text("3"), message: text("") }],
  });
  return Array.from({ length: programs }, (_, p) =>
    JSON.stringify({
      id: `made:${p}`,
      source: "made",
      problem: text("Write `largest(a, b)`, which returns the larger of $a$ and $b$."),
      solution: "```python\n" + WRONG + "```",
      program: text(WRONG),
      ...tested(false),
      tests: [
        { input: text("largest(2, 2)"), expected: text("2") },
        { input: text("largest(3, 5)"), expected: text("5") },
      ],
      critiques: Array.from({ length: critiques }, (_, i) => {
        const right = i === 0,
          said = text("It takes the smaller one.\n\nOverall judgment: Incorrect");
        return {
          text: said,
          finish: "stop",
          tokens: 9,
          token_lengths: said.length > 2000 ? null : [said.length, 0],
          logprobs: said.length > 2000 ? null : [-0.5, -0.1],
          judgment: text(i === 2 ? "Correct" : "Incorrect"),
          revision: i === 3
            ? text("I cannot.")
            : "Here it is.\n```python\n" + text(right ? RIGHT : WRONG) + "```",
          program: text(i === 3 ? "" : right ? RIGHT : WRONG),
          fault: null,
          ...tested(right),
          reward: Number(right),
          advantage: right ? 1.5 : -0.5,
        };
      }),
    }) + "\n").join("");
}

/** Three turns of two methods. */
export function evaluationText(): string {
  const turns = (gain: number, judges: boolean) =>
    [0, 1, 2, 3].map((turn) => ({
      turn,
      "pass@1": 0.25 + gain * turn,
      delta_up: gain * turn,
      delta_down: 0,
      timeout_rate: 0,
      criticised: 8,
      discrimination: turn === 0 || !judges
        ? null
        : { f1_passed: 0.5, f1_failed: 0.7, f1_macro: 0.6 },
      counts: { no_judgment: 0, no_program: 0, faults: 0 },
    }));
  return JSON.stringify({
    method: "ctrl:eval",
    seed: 0,
    tasks: 8,
    solutions: 8,
    results: [
      { method: "execution-feedback", turns: turns(0.05, false) },
      { method: "critic", turns: turns(0.125, true) },
    ],
  });
}

/** Writes the folder `root/name`. */
export async function madeCriticRun(
  root: string,
  name: string,
  options: MadeCriticRunOptions,
): Promise<void> {
  const folder = join(root, name);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.mkdir(join(folder, "eval"));
  await Deno.writeTextFile(
    join(folder, "config.yaml"),
    `trainer:\n  seed: 1\n  total_training_steps: ${options.steps}\n` +
      `actor_rollout_ref:\n  rollout:\n    n_prefix: 0\nctrl:\n  generator:\n    path: builtin:generator\n`,
  );
  await writeSteps(folder, options.steps, metricsText, rolloutsText(options));
  await Deno.writeTextFile(join(folder, "eval", "results.json"), evaluationText());
}
