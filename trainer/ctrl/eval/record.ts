/** What is written down of an evaluation, a line a solution and turn. */

import type { Verdict } from "../../../sandbox/judge/verdict.ts";
import type { Judgment } from "../judgment.ts";

/** A solution after a turn; turn 0, of the method `initial`, is what all methods begin with. */
export interface SolutionRecord {
  /** Who criticised. */
  method: string;
  /** The task's name. */
  task: string;
  /** Counted from 0. */
  sample: number;
  /** Critiques so far, this one included. */
  turn: number;
  /** The program after the turn. */
  code: string;
  /** Whether it passes all tests. */
  passed: boolean;
  /** Of the first test that failed. */
  verdict: Verdict | "NoProgram";
  /** What was said of the solution before. */
  critique?: string;
  /** What it was called; null where the critique says neither, left out where a method does not judge. */
  judgment?: Judgment | null;
  /** Whether it is left as it was from here on, because it was judged Correct. */
  stopped?: boolean;
  /** Why a model brought nothing; the solution then stays as it was. */
  fault?: string;
}

/** What names a record. */
export type RecordName = Pick<SolutionRecord, "method" | "task" | "sample" | "turn">;

/** The name as one text. */
export function keyOf({ method, task, sample, turn }: RecordName): string {
  return JSON.stringify([method, task, sample, turn]);
}
