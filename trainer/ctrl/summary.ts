/** The end of a critic's run: the table, the curve, `summary.json`. */

import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Progress } from "../run/conclusion.ts";
import { writeWhole } from "../run/disk.ts";
import type { MetricsRecord, RunFolder } from "../run/folder.ts";
import { plot } from "../run/plot.ts";
import type { Reporter } from "../run/progress.ts";
import { duration, percent } from "../run/quantity.ts";
import { table } from "../run/table.ts";

/** What a turn came to before RL and after it, in [0, 1]. */
export interface TurnSummary {
  /** From 1. */
  turn: number;
  /** Held-out solutions that pass. */
  "pass@1": { sft: number; rl: number };
  /** Wrong at first and right now, after RL. */
  delta_up: number;
  /** Right at first and wrong now, after RL. */
  delta_down: number;
}

/** What `summary.json` holds; shares in [0, 1], of all held-out solutions. */
export interface CtrlSummary {
  method: "ctrl";
  seed: number;
  /** Steps of RL done. */
  steps: number;
  /** Wall-clock seconds of the whole command, SFT included, over all of its starts. */
  seconds: number;
  /** Solutions that pass: as they are; after one revision from the SFT critic's critique; from the RL critic's. */
  "pass@1": { initial: number; sft: number; rl: number };
  /** After one turn with the RL critic: wrong before, right now. */
  delta_up: number;
  /** After one turn with the RL critic: right before, wrong now. */
  delta_down: number;
  /** By turn. */
  turns: TurnSummary[];
}

/** What a run came to. */
export interface CtrlResult extends CtrlSummary {
  /** The run's folder. */
  folder: string;
  /** Whether all steps were done; false after an interrupt. */
  finished: boolean;
}

/** Writes the summary and tells how the run went, from its `metrics.jsonl`. */
export async function concludeCtrl(
  folder: RunFolder,
  config: Config,
  reporter: Reporter,
  { step, total, seconds }: Progress,
): Promise<CtrlResult> {
  const metrics = await folder.readMetrics();
  const records = metrics.filter((record) => "val-core/pass@1" in record);
  const before = records[0]?.step === 0 ? records[0] : {}, after = records.at(-1) ?? {};
  const summary: CtrlSummary = {
    method: "ctrl",
    seed: config.trainer.seed,
    steps: step,
    seconds: Math.round(seconds * 10) / 10,
    "pass@1": {
      initial: number(after, "val-ctrl/initial/pass@1"),
      sft: number(before, "val-core/pass@1"),
      rl: number(after, "val-core/pass@1"),
    },
    delta_up: number(after, "val-ctrl/turn1/delta_up"),
    delta_down: number(after, "val-ctrl/turn1/delta_down"),
    turns: turnsOf(before, after, config.ctrl.evaluation.turns),
  };
  await writeWhole(join(folder.path, "summary.json"), JSON.stringify(summary, null, 2) + "\n");
  if (records.length > 1) {
    reporter.note(turnTable(before, after, summary, reporter.columns));
    reporter.note(curve(records as MetricsRecord[], config, reporter.columns));
  }
  const idle = metrics.map((record) => Number(record["perf/trainer_idle"])).filter(Number.isFinite);
  if (idle.length > 0) {
    const share = idle.reduce((a, b) => a + b, 0) / idle.length;
    reporter.note(
      `The critic waited for solutions, revisions and tests during ${percent(share)} of a step`,
    );
  }
  const state = step < total
    ? `Stopped at step ${step} of ${total}; the same command goes on from there.`
    : `${total} steps in ${duration(seconds)}.`;
  reporter.note(`${state} Everything is in ${folder.path}`);
  return { ...summary, folder: folder.path, finished: step >= total };
}

function turnsOf(before: object, after: object, turns: number): TurnSummary[] {
  return Array.from({ length: turns }, (_, t) => ({
    turn: t + 1,
    "pass@1": {
      sft: number(before, `val-ctrl/turn${t + 1}/pass@1`),
      rl: number(after, `val-ctrl/turn${t + 1}/pass@1`),
    },
    delta_up: number(after, `val-ctrl/turn${t + 1}/delta_up`),
    delta_down: number(after, `val-ctrl/turn${t + 1}/delta_down`),
  }));
}

function turnTable(before: object, after: object, summary: CtrlSummary, columns: number): string {
  const cells = [...[before, after].entries()].flatMap(([row, record]) =>
    summary.turns.map(({ turn }) => [
      `${row === 0 ? "SFT" : "RL"} critic, turn ${turn}`,
      ...["pass@1", "delta_up", "delta_down", "right_recognised", "wrong_recognised"]
        .map((name) => percent(number(record, `val-ctrl/turn${turn}/${name}`))),
    ])
  );
  const heading = ["held-out programs", "pass@1", "Δ↑", "Δ↓", "right seen", "wrong seen"];
  const initial = ["as they are", percent(summary["pass@1"].initial), "-", "-", "-", "-"];
  return table([heading, initial, ...cells], columns);
}

function curve(records: readonly MetricsRecord[], { ctrl }: Config, columns: number): string {
  const series = [...new Set([1, ctrl.evaluation.turns])].map((turn) => ({
    name: `held-out pass@1 after ${turn} turn${turn > 1 ? "s" : ""}`,
    points: records.map((r): [number, number] => [
      r.step,
      number(r, `val-ctrl/turn${turn}/pass@1`),
    ]),
  }));
  return plot(series, { columns: Math.min(72, columns), rows: 14 });
}

function number(record: object, name: string): number {
  return Number((record as Record<string, unknown>)[name] ?? NaN);
}
