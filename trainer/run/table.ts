/** Aligned plain tables, and the one at the end of a run. */
import { printableLine } from "../../terminal/printable.ts";
import { percent } from "./quantity.ts";

/**
 * Lays out rows under a heading: the first column to the left, numbers to the right.
 *
 * @param rows the heading, then the rows, each with as many cells
 * @param columns width that must not be passed: the first column is cut for it. @default Infinity
 */
export function table(rows: readonly (readonly string[])[], columns = Infinity): string {
  const cells = rows.map((row) => row.map(printableLine));
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  widths[0] = Math.max(1, Math.min(widths[0], columns - others));
  const cut = (text: string): string =>
    text.length <= widths[0] ? text : text.slice(0, widths[0] - 1) + "…";
  const line = ([head, ...rest]: string[]): string =>
    [cut(head).padEnd(widths[0]), ...rest.map((cell, i) => cell.padStart(widths[i + 1]))].join(
      "  ",
    );
  return [
    line(cells[0]),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...cells.slice(1).map(line),
  ]
    .join("\n");
}

/** Held-out problems of one kind, before training and after. */
export interface HeldOut {
  /** The level or the source. */
  name: string;
  /** Answers scored. */
  n: number;
  /** pass@1 before the first step, in [0, 1]. */
  before: number;
  /** pass@1 after the last step, in [0, 1]. */
  after: number;
}

/** Held-out pass@1 before and after, a row for each kind and one for all of them, weighted by n. */
export function heldOutTable(rows: readonly HeldOut[], columns = Infinity): string {
  const n = rows.reduce((sum, row) => sum + row.n, 0);
  const mean = (key: "before" | "after"): number =>
    rows.reduce((sum, row) => sum + row.n * row[key], 0) / n;
  const all: HeldOut = { name: "all", n, before: mean("before"), after: mean("after") };
  const cells = [...rows, ...(rows.length === 1 ? [] : [all])].map(({ name, n, before, after }) => {
    const gain = 100 * (after - before);
    const change = Number.isNaN(gain) ? "-" : (gain < 0 ? "" : "+") + gain.toFixed(1);
    return [name, String(n), percent(before), percent(after), change];
  });
  return table([["held-out pass@1", "n", "before", "after", "change"], ...cells], columns);
}
