/** A run's folder as one line of the overview. */

import { warnings } from "../rules/warnings.ts";
import type { CriticEvaluation } from "./evaluation_file.ts";
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
  /** See {@linkcode CriticEvaluation}. */
  evaluations: CriticEvaluation[];
  /** When the metrics were last written. */
  written: number | null;
}

/** @param now milliseconds since 1970 */
export function runDigest(files: RunFiles, now: number): RunDigest {
  const { name, settings, summary, metrics, written } = files;
  const total = numberSetting(settings, "trainer.total_training_steps");
  const step = metrics.at(-1)?.step ?? 0;
  return {
    name,
    method: summary?.method ?? methodOf(files),
    seed: summary?.seed ?? numberSetting(settings, "trainer.seed"),
    step,
    total,
    state: stateOf(files, total, now),
    written,
    passAt1: metrics.length > 0
      ? pointsOf(metrics, "val-core/pass@1")
      : (files.evaluations[0]?.results.at(-1)?.turns ?? []).map((
        turn,
      ) => [turn.turn, turn["pass@1"]]),
    loss: pointsOf(metrics, "val/loss"),
    evaluated: files.evaluations.length > 0,
    warnings: warnings(metrics).map(({ level, headline }) => ({ level, headline })),
  };
}

function pointsOf(metrics: readonly MetricsLine[], name: string): [number, number][] {
  return metrics.flatMap((line): [number, number][] => {
    const value = line[name];
    return typeof value === "number" ? [[line.step, value]] : [];
  });
}

/** What a run trains by, before its summary says so: its metrics tell, and before those its settings. */
function methodOf({ settings, metrics, evaluations }: RunFiles): string | null {
  const has = (name: string) => metrics.some((line) => name in line);
  if (has("train/loss") || has("val/loss")) return "sft";
  const generator = ["path", "base_url"].map((key) => settings[`ctrl.generator.${key}`] ?? "null");
  if (has("ctrl/passed") || generator.some((value) => value !== "null")) return "ctrl";
  const prefix = numberSetting(settings, "actor_rollout_ref.rollout.n_prefix");
  if (prefix !== null) return prefix > 0 ? "critique_grpo" : "grpo";
  return evaluations.length > 0 ? "ctrl:eval" : null;
}

/**
 * A run says when it ended (`summary.json`), but not that it was killed: one that has written nothing for two
 * minutes and for ten of its steps is taken for stopped.
 */
function stateOf(
  { summary, metrics, written, evaluations }: RunFiles,
  total: number | null,
  now: number,
): RunState {
  const last = metrics.at(-1);
  if (!last && evaluations.length > 0) return "finished";
  if (!last || written === null) return "starting";
  if (summary) return total === null || last.step >= total ? "finished" : "stopped";
  const step = Math.max(...metrics.slice(-10).map((line) => Number(line["timing_s/step"] ?? 0)));
  const patience = Math.max(120, 10 * step, 3 * Number(last["timing_s/testing"] ?? 0));
  return (now - written) / 1000 < patience ? "running" : "stopped";
}
