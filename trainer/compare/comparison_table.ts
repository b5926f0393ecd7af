/** A comparison for a person. */

import { percent } from "../run/quantity.ts";
import { table } from "../run/table.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Comparison, Pairing } from "./paired.ts";

/** Who is compared, a table with a row a source, and what must be known to read it. */
export function comparisonTable(
  first: Outcomes,
  second: Outcomes,
  pairing: Pairing,
  columns = Infinity,
): string {
  const { all, sources, onlyFirst, onlySecond, several } = pairing;
  const rows = Object.entries(sources);
  if (rows.length > 1) rows.push(["all", all]);
  const notes = [
    onlyFirst + onlySecond > 0 &&
    `Not compared: ${onlyFirst} problem(s) only in A, ${onlySecond} only in B.`,
    several &&
    "Problems have several answers: won and lost compare their means, and p is the sign test's.",
  ].filter((note) => note !== false);
  return [
    `A  ${first.folder} (${first.what})\nB  ${second.folder} (${second.what})\n`,
    table(
      [
        ["", "n", "A", "B", "B - A", "95% interval", "won", "lost", several ? "p" : "McNemar p"],
        ...rows.map(([name, comparison]) => [name, ...cells(comparison)]),
      ],
      columns,
    ),
    ...notes.map((note) => `\n${note}`),
  ].join("\n");
}

function cells({ n, first, second, difference, interval, won, lost, p }: Comparison): string[] {
  return [
    String(n),
    percent(first),
    percent(second),
    points(difference),
    interval.map(points).join(" to "),
    String(won),
    String(lost),
    p < 0.001 ? p.toExponential(1) : p.toFixed(3),
  ];
}

/** Percentage points, with their sign. */
function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return difference > 0 ? `+${text}` : text.replace(/^-(0\.0)$/, "$1");
}
