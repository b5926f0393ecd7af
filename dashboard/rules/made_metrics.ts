/** Metrics that are made up, for tests of rules. */

import type { MetricsLine } from "../run/formats.ts";

/** A run whose metrics go from one value to another. */
export function made(
  values: Record<string, [from: number, to: number]>,
  steps = 40,
): MetricsLine[] {
  return Array.from({ length: steps }, (_, i) => ({
    step: i + 1,
    ...Object.fromEntries(
      Object.entries(values).map((
        [name, [from, to]],
      ) => [name, from + (to - from) * i / (steps - 1)]),
    ),
  }));
}
