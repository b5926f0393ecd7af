/** Curves over generated tokens, and their mean. */

import type { Point, Run } from "./runs.ts";

/** [tokens, pass@1], tokens rising. */
export type Curve = [number, number][];

/** A run's validations. */
export function curveOf({ points }: Run): Curve {
  return points.map(({ tokens, passAt1 }): Curve[number] => [tokens, passAt1]);
}

/** The mean of curves, as far as the shortest one goes; between their points they are straight. */
export function meanCurve(curves: readonly Curve[], samples = 41): Curve {
  const end = Math.min(...curves.map((curve) => curve.at(-1)![0]));
  return Array.from({ length: samples }, (_, i) => {
    const tokens = end * i / (samples - 1);
    return [tokens, mean(curves.map((curve) => valueAt(curve, tokens)))];
  });
}

/** A curve's value at a number of tokens within it. */
export function valueAt(curve: Curve, tokens: number): number {
  const next = curve.findIndex(([x]) => x >= tokens);
  if (next < 0) return curve.at(-1)![1];
  const [x1, y1] = curve[next], [x0, y0] = curve[Math.max(0, next - 1)];
  return x1 === x0 ? y1 : y0 + (y1 - y0) * (tokens - x0) / (x1 - x0);
}

/** Where a run stood first and last. */
export function ends({ points }: Run): { first: Point; last: Point } {
  return { first: points[0], last: points.at(-1)! };
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
