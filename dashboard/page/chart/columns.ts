/** A metric of several runs as the columns that uPlot draws. */

import type { MetricsLine } from "../../run/formats.ts";

/** Steps, then the values of each run; null where a run has none. */
export interface Columns {
  /** Rising. */
  steps: number[];
  /** By run. */
  values: (number | null)[][];
}

/** The columns of a metric: the steps at which any run has a number. */
export function columns(runs: readonly (readonly MetricsLine[])[], metric: string): Columns {
  const byStep = runs.map((lines) =>
    new Map(lines.flatMap((line): [number, number][] => {
      const value = line[metric];
      return typeof value === "number" ? [[line.step, value]] : [];
    }))
  );
  const steps = [...new Set(byStep.flatMap((run) => [...run.keys()]))].sort((a, b) => a - b);
  return { steps, values: byStep.map((run) => steps.map((step) => run.get(step) ?? null)) };
}
