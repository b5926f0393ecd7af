/** A plot of a few curves as text. */
import { printableLine } from "../../terminal/printable.ts";

/** One curve. */
export interface Series {
  /** What it shows. */
  name: string;
  /** Its points: [step, value], steps rising, values in [0, 1]; between them the curve is straight. */
  points: readonly (readonly [number, number])[];
}

/** The letters of the curves, in the order of the series; where curves meet, the first one shows. */
const MARKS = "●○+×";

/** The value of a curve at a step, or null outside its points. */
function valueAt(points: Series["points"], step: number): number | null {
  const next = points.findIndex(([s]) => s >= step);
  if (next < 0 || (next === 0 && points[0][0] > step)) return null;
  const [s1, v1] = points[next], [s0, v0] = points[Math.max(0, next - 1)];
  return s1 === s0 ? v1 : v0 + (v1 - v0) * (step - s0) / (s1 - s0);
}

/**
 * Draws curves over steps, the axis of values from 0 to 1.
 *
 * @param series up to four curves; points that are not finite are left out
 * @param size columns and rows of the whole, `{ columns: 60, rows: 16 }` by default
 * @returns lines joined by newlines, none wider than `columns`; one line if there is nothing to draw
 */
export function plot(
  series: readonly Series[],
  size: { columns?: number; rows?: number } = {},
): string {
  const columns = Math.max(20, size.columns ?? 60), height = Math.max(3, (size.rows ?? 16) - 3);
  const curves = series.slice(0, MARKS.length).map(({ name, points }, i) => ({
    mark: MARKS[i],
    name: printableLine(name),
    points: points.filter((point) => point.every(Number.isFinite)),
  }));
  const steps = curves.flatMap(({ points }) => points.map(([step]) => step));
  if (steps.length === 0) return "(nothing to plot)";
  const first = Math.min(...steps), last = Math.max(...steps);
  const width = columns - 6; // "1.00 ┤" stands before it.

  const grid = Array.from({ length: height }, () => Array<string>(width).fill(" "));
  const put = (mark: string, x: number, value: number): void => {
    grid[Math.round((height - 1) * (1 - Math.min(1, Math.max(0, value))))][x] = mark;
  };
  for (const { mark, points } of [...curves].reverse()) {
    for (let x = 0; x < width; x++) {
      const value = valueAt(points, first + (last - first) * x / (width - 1));
      if (value !== null) put(mark, x, value);
    }
    // The points themselves: a lone one may lie between two columns.
    for (const [step, value] of points) {
      put(mark, Math.round((width - 1) * (step - first) / (last - first)) || 0, value);
    }
  }
  // Labels where a row is a quarter, or else at the ends only.
  const every = (height - 1) % 4 === 0 ? (height - 1) / 4 : height - 1;
  const lines = grid.map((row, y) => {
    const label = y % every === 0 ? `${(1 - y / (height - 1)).toFixed(2)} ┤` : "     │";
    return (label + row.join("")).trimEnd();
  });
  const right = String(last);
  const axis = String(first).padEnd(Math.max(0, width - right.length)) + right;
  const legend = curves.map(({ mark, name }) => `${mark} ${name}`);
  const legends = legend.join("   ").length + 6 <= columns ? [legend.join("   ")] : legend;
  return [
    ...lines,
    "     └" + "─".repeat(width),
    "      " + axis,
    ...legends.map((l) => `      ${l}`),
  ]
    .map((line) => line.slice(0, columns)).join("\n");
}
