/** An evaluation's results, as a table and as a picture. */

import { table } from "../../run/table.ts";
import { percent } from "../../run/quantity.ts";
import { chart } from "./chart.ts";
import type { TurnMetrics } from "./metrics.ts";

/** A method's turns. */
export interface MethodResult {
  /** Who criticised. */
  method: string;
  /** The initial solutions first. */
  turns: TurnMetrics[];
}

/** A line a method and turn, in points as the paper prints them. */
export function resultsTable(results: readonly MethodResult[], columns?: number): string {
  const points = (share: number) => (100 * share).toFixed(2);
  const heading = ["method", "turn", "Pass@1", "Δ↑", "Δ↓", "F1+", "F1−", "F1", "timeout"];
  const zero = results[0].turns[0];
  const rows = [
    ["zero-shot", "0", points(zero["pass@1"]), "", "", "", "", "", percent(zero.timeout_rate)],
    ...results.flatMap(({ method, turns }) =>
      turns.slice(1).map((turn) => [
        method,
        String(turn.turn),
        points(turn["pass@1"]),
        points(turn.delta_up),
        points(turn.delta_down),
        ...(["f1_passed", "f1_failed", "f1_macro"] as const).map((name) =>
          turn.discrimination ? points(turn.discrimination[name]) : ""
        ),
        percent(turn.timeout_rate),
      ])
    ),
  ];
  return table([heading, ...rows], columns);
}

/** Pass@1 and Δ↓ by turn. */
export function resultsChart(results: readonly MethodResult[]): string {
  const lines = (measure: "pass@1" | "delta_down") =>
    results.map(({ method, turns }) => ({
      name: method,
      values: turns.map((turn) => 100 * turn[measure]),
    }));
  return chart([
    { title: "Pass@1, %", lines: lines("pass@1") },
    { title: "Δ↓ (right at first, wrong now), %", lines: lines("delta_down") },
  ]);
}

/** What went wrong on the way, in words; empty where nothing did. */
export function troubles(results: readonly MethodResult[]): string[] {
  const sum = (name: keyof TurnMetrics["counts"]) =>
    results.flatMap(({ turns }) => turns).reduce((total, turn) => total + turn.counts[name], 0);
  const noProgram = results.flatMap(({ turns }) => turns).some((turn) => turn.counts.no_program);
  return [
    sum("no_judgment") > 0 ? `${sum("no_judgment")} critiques had no judgment` : "",
    noProgram ? "some solutions had no program (no_program in results.json)" : "",
    sum("faults") > 0
      ? `${sum("faults")} answers did not come; those solutions were left alone`
      : "",
  ].filter(Boolean);
}
