/** The measures of arXiv 2502.03492, section 5.1. */

import type { SolutionRecord } from "./record.ts";

/** One turn of a method; shares of all solutions in [0, 1]. */
export interface TurnMetrics {
  /** 0: the initial solutions. */
  turn: number;
  /** Solutions that pass after the turn. */
  "pass@1": number;
  /** Wrong at first and right now; `pass@1` is the initial one + `delta_up` − `delta_down`. */
  delta_up: number;
  /** Right at first and wrong now. */
  delta_down: number;
  /** Solutions whose first failing test ran out of time. */
  timeout_rate: number;
  /** Solutions that were criticised in this turn; those judged Correct before are not. */
  criticised: number;
  /** How well the judgments tell right from wrong; null where no method judged. */
  discrimination: Discrimination | null;
  /** Critiques without a judgment, solutions without a program, critiques or revisions that did not come. */
  counts: { no_judgment: number; no_program: number; faults: number };
}

/** Judgments against the tests. A critique without a judgment misses its solution's class. */
export interface Discrimination {
  /** F1 of calling passing solutions Correct. */
  f1_passed: number;
  /** F1 of calling failing solutions Incorrect. */
  f1_failed: number;
  /** Their mean. */
  f1_macro: number;
  /** Passing solutions that were called Correct; null where there was none. */
  accuracy_passed: number | null;
  /** Failing solutions that were called Incorrect; null where there was none. */
  accuracy_failed: number | null;
}

/** The turns of a method: `turns[0]` are the initial solutions, each list in the same order of solutions. */
export function turnMetrics(turns: readonly (readonly SolutionRecord[])[]): TurnMetrics[] {
  const [initial] = turns;
  const share = (count: number) => count / initial.length;
  return turns.map((records, turn) => {
    const criticised = records.flatMap((record, i) =>
      turn > 0 && record.turn === turn ? [{ record, before: turns[turn - 1][i] }] : []
    );
    const judged = criticised.filter(({ record }) => record.judgment !== undefined);
    const count = (is: (record: SolutionRecord, i: number) => boolean) =>
      share(records.filter(is).length);
    return {
      turn,
      "pass@1": count((record) => record.passed),
      delta_up: count((record, i) => record.passed && !initial[i].passed),
      delta_down: count((record, i) => !record.passed && initial[i].passed),
      timeout_rate: count((record) => record.verdict === "TimeLimitExceeded"),
      criticised: criticised.length,
      discrimination: judged.length === 0 ? null : discrimination(
        judged.map(({ record, before }) => ({ passed: before.passed, judgment: record.judgment! })),
      ),
      counts: {
        no_judgment: judged.filter(({ record }) => record.judgment === null).length,
        no_program: records.filter((record) => record.verdict === "NoProgram").length,
        faults: records.filter((record) => record.turn === turn && record.fault).length,
      },
    };
  });
}

/** Judgments of solutions whose results are known. */
export function discrimination(
  judged: readonly { passed: boolean; judgment: SolutionRecord["judgment"] }[],
): Discrimination {
  const of = (passed: boolean) => {
    const name = passed ? "Correct" : "Incorrect";
    const actual = judged.filter((item) => item.passed === passed);
    const called = judged.filter((item) => item.judgment === name);
    const hits = actual.filter((item) => item.judgment === name).length;
    return {
      // 2PR / (P + R) = 2 hits / (called + actual); 0 where nothing was called so and nothing was so.
      f1: called.length + actual.length > 0 ? 2 * hits / (called.length + actual.length) : 0,
      accuracy: actual.length > 0 ? hits / actual.length : null,
    };
  };
  const passed = of(true), failed = of(false);
  return {
    f1_passed: passed.f1,
    f1_failed: failed.f1,
    f1_macro: (passed.f1 + failed.f1) / 2,
    accuracy_passed: passed.accuracy,
    accuracy_failed: failed.accuracy,
  };
}
