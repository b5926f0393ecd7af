/** The end of a run: the table, the curve, `summary.json`. */

import type { Config } from "../config.ts";
import type { MetricsRecord, RunFolder } from "./folder.ts";
import { plot } from "./plot.ts";
import type { Reporter } from "./progress.ts";
import { duration } from "./quantity.ts";
import { type Summary, type Validation, writeSummary } from "./summary.ts";
import { heldOutTable } from "./table.ts";

/** What a run came to. */
export interface RunResult extends Summary {
  /** The run's folder. */
  folder: string;
  /** Whether all steps were done; false after an interrupt. */
  finished: boolean;
}

/** Where a run stands. */
export interface Progress {
  /** Steps done. */
  step: number;
  /** Steps in all. */
  total: number;
  /** Seconds of training. */
  seconds: number;
}

const PASS = "val-core/pass@1";
const SOURCE = /^val-core\/(.+)\/pass@1$/;

/** Writes the summary and tells how the run went, from its `metrics.jsonl`. */
export async function conclusion(
  folder: RunFolder,
  config: Config,
  reporter: Reporter,
  { step, total, seconds }: Progress,
): Promise<RunResult> {
  const records = (await folder.readMetrics()).filter((record) => PASS in record);
  const before = records[0]?.step === 0 ? records[0] : undefined, after = records.at(-1);
  const method = config.actor_rollout_ref.rollout.n_prefix > 0 ? "critique_grpo" : "grpo";
  const summary: Summary = {
    method,
    seed: config.trainer.seed,
    steps: step,
    seconds: Math.round(seconds * 10) / 10,
    val: { before: validation(before), after: validation(after) },
  };
  await writeSummary(folder, summary);
  if (before && after && after !== before) {
    reporter.note(heldOutTable(rows(before, after), reporter.columns));
    const points = records.map((r): [number, number] => [r.step, Number(r[PASS])]);
    const columns = Math.min(72, reporter.columns);
    reporter.note(
      plot([{ name: `held-out pass@1 by step (${method})`, points }], { columns, rows: 12 }),
    );
  }
  const state = step < total
    ? `Stopped at step ${step} of ${total}; the same command goes on from there.`
    : `${total} steps in ${duration(seconds)}.`;
  reporter.note(`${state} Everything is in ${folder.path}`);
  return { ...summary, folder: folder.path, finished: step >= total };
}

function validation(record: MetricsRecord | undefined): Validation {
  return { "pass@1": Number(record?.[PASS] ?? NaN), n: Number(record?.["val-core/n"] ?? 0) };
}

function rows(before: MetricsRecord, after: MetricsRecord) {
  return Object.keys(after).flatMap((key) => {
    const name = SOURCE.exec(key)?.[1];
    if (name === undefined) return [];
    const n = Number(after[`val-core/${name}/n`]);
    return [{ name, n, before: Number(before[key]), after: Number(after[key]) }];
  });
}
