/** What a rule of `warnings.ts` works with. */

import type { MetricsLine } from "../run/formats.ts";

/** Something that a person should know about a run. */
export interface Warning {
  /** Its rule's name. */
  id: string;
  /** Whether the run learns nothing or loses what it had, or only may. */
  level: "severe" | "notice";
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

/** `12%`; `0.4%` where it is little. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
