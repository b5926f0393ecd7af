/** An evaluation's numbers for a person. */

import { compact, percent } from "../run/quantity.ts";
import { table } from "../run/table.ts";
import type { Results, Summary } from "./results.ts";

/** Two tables: how often the answers are right, and what they are like; a row for each source, and one for all. */
export function resultsTable(results: Results, columns = Infinity): string {
  const sources = Object.entries(results.sources);
  const rows: [string, Summary][] = sources.length > 1
    ? [...sources, ["all", results]]
    : [[results.benchmark, results]];
  return `${accuracy(rows, results.k, columns)}\n\n${behaviour(rows, columns)}`;
}

function accuracy(rows: readonly [string, Summary][], k: number, columns: number): string {
  const more = k > 1 ? [`pass@${k}`, `maj@${k}`] as const : [];
  return table([
    ["", "problems", "answers", "pass@1", "95% interval", ...more],
    ...rows.map(([name, summary]) => [
      name,
      String(summary.n),
      String(summary.n * summary.k),
      percent(summary["pass@1"]),
      summary["pass@1_ci95"].map(percent).join(" to "),
      ...more.map((metric) => percent(summary[metric])),
    ]),
  ], columns);
}

function behaviour(rows: readonly [string, Summary][], columns: number): string {
  const counted = rows.every(([, summary]) => summary.mean_tokens !== null);
  return table([
    [
      "",
      counted ? "tokens" : "characters",
      "cut",
      "equal",
      "different",
      "unparsable",
      "gave up",
    ],
    ...rows.map(([name, { mean_tokens, mean_characters, cut, verdicts }]) => [
      name,
      compact(counted ? mean_tokens! : mean_characters),
      percent(cut),
      ...[verdicts.equal, verdicts.different, verdicts.unparsable, verdicts.gave_up].map(String),
    ]),
  ], columns);
}
