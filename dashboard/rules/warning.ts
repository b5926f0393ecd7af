/** What a rule of `warnings.ts` works with. */

import type { MetricsLine } from "../run/formats.ts";

/** How bad it is; `good` is no worry at all. */
export type Level = "severe" | "notice" | "good";

/** Something that a person should know about a run. */
export interface Warning {
  /** Its rule's name. */
  id: string;
  /** Whether the run learns nothing or loses what it had, only may, or has come to its end. */
  level: Level;
  /** In a few words. */
  headline: string;
  /** What was measured. */
  seen: string;
  /** What to try, the likeliest first. */
  tries: string[];
  /** The metric that shows it. */
  metric: string;
}

/** A rule looks at all of a run's metrics; null where all is well. */
export type Rule = (metrics: readonly MetricsLine[]) => Warning | null;

/** Steps that a rule averages over: one step's batch is noise, ten are a trend that can still be acted upon. */
export const WINDOW = 10;

/** A metric's values, in the order of the steps, without gaps. */
export function valuesOf(metrics: readonly MetricsLine[], name: string): number[] {
  return metrics.map((line) => line[name]).filter((x) => typeof x === "number");
}

/** The mean of the newest values; null where there are fewer than {@linkcode WINDOW}. */
export function recent(metrics: readonly MetricsLine[], name: string): number | null {
  const values = valuesOf(metrics, name);
  return values.length < WINDOW ? null : mean(values.slice(-WINDOW));
}

/** The mean of the first values, half a window: what the run began with. */
export function initial(metrics: readonly MetricsLine[], name: string): number {
  return mean(valuesOf(metrics, name).slice(0, WINDOW / 2));
}

/** Share of right answers from which a task counts as solved: then much that looks like collapse is success. */
export const SOLVED = 0.9;

/** Whether the run trains a critic, whose numbers are about programs and not about answers. */
export function isCritic(metrics: readonly MetricsLine[]): boolean {
  return "ctrl/passed" in (metrics.at(-1) ?? {});
}

/** The share of right answers, or of revisions that pass, in the newest steps. */
export function rightShare(metrics: readonly MetricsLine[]): number | null {
  return recent(metrics, isCritic(metrics) ? "ctrl/passed" : "reward/correct");
}

/** `12%`; `0.4%` where it is little. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
