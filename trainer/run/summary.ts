/** `summary.json`: a run in one small file, for scripts that compare runs. */
import { join } from "node:path";
import { writeWhole } from "./disk.ts";
import type { RunFolder } from "./folder.ts";

/** One validation of the whole held-out set. */
export interface Validation {
  /** Share of correct answers in [0, 1]; NaN, null in the file, when nothing was validated. */
  "pass@1": number;
  /** Answers scored. */
  n: number;
}

/** What `summary.json` holds. */
export interface Summary {
  /** `critique_grpo`, `grpo`, … */
  method: string;
  /** The run's seed. */
  seed: number;
  /** Steps done. */
  steps: number;
  /** Wall-clock seconds of the run. */
  seconds: number;
  /** Held-out results before the first step and after the last. */
  val: { before: Validation; after: Validation };
}

/**
 * Writes `summary.json` into the run's folder.
 *
 * @returns its path
 */
export async function writeSummary(folder: RunFolder, summary: Summary): Promise<string> {
  const path = join(folder.path, "summary.json");
  const { method, seed, steps, seconds, val: { before, after } } = summary;
  // Spelled out: exactly these keys, in this order, whatever the objects carry besides.
  const only = (v: Validation): Validation => ({ "pass@1": v["pass@1"], n: v.n });
  const val = { before: only(before), after: only(after) };
  await writeWhole(path, JSON.stringify({ method, seed, steps, seconds, val }, null, 2) + "\n");
  return path;
}
