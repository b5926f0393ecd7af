/**
 * `deno task bench:ctrl`: the micro-world's CTRL on three fresh seeds, none of which was tuned on; writes
 * `bench/results/ctrl.md`. Runs are kept in `runs/bench-ctrl/`, and those that are done are not done again.
 */

import { fileURLToPath } from "node:url";
import { readArguments, runCommand } from "../trainer/command.ts";
import { loadConfig } from "../trainer/config.ts";
import { ctrlDemo } from "../trainer/ctrl/demo.ts";
import type { CtrlSummary } from "../trainer/ctrl/summary.ts";
import { standard } from "../trainer/run/output.ts";
import { createReporter } from "../trainer/run/progress.ts";

/** Not used for anything but this. */
const SEEDS = [11, 12, 13];
const QUICK = fileURLToPath(new URL("../configs/ctrl_quick.yaml", import.meta.url));
const RESULT = new URL("results/ctrl.md", import.meta.url);

const points = (share: number) => (100 * share).toFixed(1);

function row(
  { seed, seconds, "pass@1": pass, delta_up, delta_down, turns }: CtrlSummary,
): string[] {
  const gain = points(pass.rl - pass.sft);
  return [
    String(seed),
    points(pass.initial),
    points(pass.sft),
    points(pass.rl),
    (pass.rl >= pass.sft ? "+" : "") + gain,
    points(delta_up),
    points(delta_down),
    ...turns.slice(1).map((turn) => points(turn["pass@1"].rl)),
    (seconds / 60).toFixed(1),
  ];
}

function report(summaries: CtrlSummary[]): string {
  const turns = summaries[0].turns.slice(1).map(({ turn }) => `RL, turn ${turn}`);
  const heading = ["seed", "as they are", "SFT", "RL", "gain", "Δ↑", "Δ↓", ...turns, "minutes"];
  const mean = (of: (summary: CtrlSummary) => number) =>
    summaries.reduce((sum, summary) => sum + of(summary), 0) / summaries.length;
  const gain = mean(({ "pass@1": pass }) => pass.rl - pass.sft);
  const down = mean(({ delta_down }) => delta_down);
  const cells = [heading, heading.map(() => "---"), ...summaries.map(row)];
  return `# CTRL on the micro-world

\`deno task bench:ctrl\`: pass@1 of 400 held-out programs in percent, critiques drawn at temperature 0.7, revisions
greedy, after one turn where no other is named. Seeds that nothing was tuned on. The standard error of a share of 400
is at most 2.5 points.

${cells.map((line) => `| ${line.join(" | ")} |`).join("\n")}

Mean gain of RL over SFT: ${points(gain)} points. Mean Δ↓ of RL: ${points(down)} points.
`;
}

const comparison = ({ seed, "pass@1": { rl, sft } }: CtrlSummary) => ({
  case: `pass@1, seed ${seed}`,
  ours: rl,
  peer: sft,
  ratio: rl / sft,
});

const USAGE = `CTRL on the micro-world, seeds ${
  SEEDS.join(", ")
}, each of which takes minutes. Writes bench/results/ctrl.md.

  deno task bench:ctrl [--json] [key=value ...]

With --json it prints [{"case", "ours", "peer", "ratio"}] and nothing else: pass@1 of RL, and of SFT before it.
\`deno task train --help\` lists the keys. Runs are kept in runs/bench-ctrl, and those that are done are not done again.
`;

await runCommand(async (args) => {
  const { options, settings } = readArguments(args, ["json"], "a setting is key=value");
  if (options.has("help")) {
    console.log(USAGE);
    return 0;
  }
  const json = options.has("json"), summaries: CtrlSummary[] = [];
  for (const seed of SEEDS) {
    const config = loadConfig({
      files: [QUICK],
      overrides: [
        `trainer.seed=${seed}`,
        `trainer.experiment_name=bench-ctrl-${seed}`,
        `trainer.default_local_dir=runs/bench-ctrl/${seed}`,
        ...settings,
      ],
    });
    const reporter = createReporter(json ? { stdout: standard("stderr") } : {});
    const result = await ctrlDemo({ config, reporter });
    if (!result.finished) return 130;
    summaries.push(result);
  }
  await Deno.writeTextFile(RESULT, report(summaries));
  console.log(json ? JSON.stringify(summaries.map(comparison)) : report(summaries));
  return 0;
});
