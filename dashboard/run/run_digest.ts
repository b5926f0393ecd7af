/** A run's folder as one line of the overview. */

import { warnings } from "../rules/warnings.ts";
import type { MetricsLine, RunDigest, RunState } from "./formats.ts";
import { numberSetting, type Settings } from "./settings.ts";

/** What the digest is made of. */
export interface RunFiles {
  /** The folder's name. */
  name: string;
  /** `config.yaml`. */
  settings: Settings;
  /** `summary.json` where there is one that is not older than the metrics. */
  summary: { method?: string; seed?: number; steps?: number } | null;
  /** `metrics.jsonl`. */
  metrics: readonly MetricsLine[];
  /** When the metrics were last written. */
  written: number | null;
}

/** @param now milliseconds since 1970 */
export function runDigest(files: RunFiles, now: number): RunDigest {
  const { name, settings, summary, metrics, written } = files;
  const prefix = numberSetting(settings, "actor_rollout_ref.rollout.n_prefix");
  const method = prefix === null ? null : prefix > 0 ? "critique_grpo" : "grpo";
  const total = numberSetting(settings, "trainer.total_training_steps");
  const step = metrics.at(-1)?.step ?? 0;
  return {
    name,
    method: summary?.method ?? method,
    seed: summary?.seed ?? numberSetting(settings, "trainer.seed"),
    step,
    total,
    state: stateOf(files, total, now),
    written,
    passAt1: metrics.flatMap((line): [number, number][] => {
      const value = line["val-core/pass@1"];
      return typeof value === "number" ? [[line.step, value]] : [];
    }),
    warnings: warnings(metrics).map((warning) => warning.headline),
  };
}

/**
 * A run says when it ended (`summary.json`), but not that it was killed: one that has written nothing for two
 * minutes and for ten of its steps is taken for stopped.
 */
function stateOf(
  { summary, metrics, written }: RunFiles,
  total: number | null,
  now: number,
): RunState {
  const last = metrics.at(-1);
  if (!last || written === null) return "starting";
  if (summary) return total === null || last.step >= total ? "finished" : "stopped";
  const step = Math.max(...metrics.slice(-10).map((line) => Number(line["timing_s/step"] ?? 0)));
  const patience = Math.max(120, 10 * step, 3 * Number(last["timing_s/testing"] ?? 0));
  return (now - written) / 1000 < patience ? "running" : "stopped";
}
