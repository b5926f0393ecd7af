/** The tables of `verifier.ts`. */

/** What one side made of a row. */
export interface Side {
  accepted: boolean;
  gaveUp: boolean;
  seconds: number;
}

/** A row, judged by both. */
export interface Judged {
  group: string;
  kind: string;
  expected: boolean;
  ours: Side;
  peer: Side;
}

/** The value below which a part of the values lies; 1 gives the largest. */
export function quantile(values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

const SIDES = ["ours", "peer"] as const;
const NAMES = { ours: "Emend", peer: "Math-Verify" };

/** Checks a second of each group and how many times faster Emend is. */
export function summarized(
  judged: Judged[],
): { case: string; ours: number; peer: number; ratio: number }[] {
  return [...Map.groupBy(judged, ({ group }) => group)].map(([group, rows]) => {
    const [ours, peer] = SIDES.map((side) => rate(rows, side));
    return { case: group, ours, peer, ratio: ours / peer };
  });
}

function rate(rows: Judged[], side: "ours" | "peer"): number {
  return rows.length / rows.reduce((sum, row) => sum + row[side].seconds, 0);
}

/** A table of checks a second, median, p99 and slowest. */
export function speeds(judged: Judged[]): string {
  const head = ["rows", "n", "", "checks/s", "median", "p99", "slowest", "times faster"];
  const lines = [...Map.groupBy(judged, ({ group }) => group)].flatMap(([group, rows]) =>
    SIDES.map((side) => {
      const seconds = rows.map((row) => row[side].seconds);
      const ratio = (rate(rows, "ours") / rate(rows, "peer")).toFixed(0);
      return [
        side === "ours" ? group : "",
        side === "ours" ? rows.length : "",
        NAMES[side],
        rate(rows, side).toFixed(0),
        ...[0.5, 0.99, 1].map((part) => time(quantile(seconds, part))),
        side === "ours" ? ratio : "",
      ];
    })
  );
  return table(head, lines);
}

function time(seconds: number): string {
  if (seconds < 1e-3) return `${(1e6 * seconds).toFixed(0)} µs`;
  return seconds < 1 ? `${(1e3 * seconds).toFixed(1)} ms` : `${seconds.toFixed(1)} s`;
}

/** Tables of how often each side agrees with the labels: by group, and by kind within each. */
export function accuracies(judged: Judged[]): string {
  const groups = Map.groupBy(judged, ({ group }) => group);
  const head = ["", "n"];
  for (const side of SIDES) head.push(`${NAMES[side]} agrees`, "wrongly accepts", "gives up");
  const lines = (rows: Map<string, Judged[]>) =>
    [...rows].map(([name, rows]) => [name, rows.length, ...SIDES.flatMap((s) => counts(rows, s))]);
  const parts = [table(head, lines(groups))];
  for (const [group, rows] of groups) {
    const kinds = Map.groupBy(rows, ({ kind }) => kind);
    if (kinds.size > 1) parts.push(`### ${group}, by kind\n\n${table(head, lines(kinds))}`);
  }
  return parts.join("\n");
}

function counts(rows: Judged[], side: "ours" | "peer"): (string | number)[] {
  const agree = rows.filter((row) => row[side].accepted === row.expected).length;
  const wrongly = rows.filter((row) => row[side].accepted && !row.expected).length;
  const gaveUp = rows.filter((row) => row[side].gaveUp).length;
  return [`${(100 * agree / rows.length).toFixed(1)} %`, wrongly, gaveUp];
}

function table(head: (string | number)[], lines: (string | number)[][]): string {
  const rule = head.map((_, i) => i === 0 ? "---" : "---:");
  return [head, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n") + "\n";
}
