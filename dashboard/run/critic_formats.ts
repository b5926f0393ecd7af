/** What a critic's run writes of a step, as its pages read it. Everything that may be missing is optional: runs grow old. */

import type { ProblemRecord } from "./formats.ts";

/** A test as a person reads it. */
export interface TestCase {
  /** What a program is given. */
  input: string;
  /** What it should give; null where the input is an assertion that says so itself. */
  expected: string | null;
}

/** A test that failed. */
export interface TestFailure {
  /** Its place among the tests, from 0. */
  test: number;
  /** What the program gave; null where it gave nothing. */
  got: string | null;
  /** Why it failed; may be empty. */
  message: string;
}

/** A program and what its tests found. */
export interface TestedProgram {
  /** What was run; empty where the answer held no program. Older runs did not write it. */
  program?: string;
  /** Whether all tests passed. */
  passed: boolean;
  /** The share of tests that passed. */
  share?: number;
  /** Whether it ran into the time limit. */
  timed_out?: boolean;
  /** Tests that were run: the first ones. */
  ran?: number;
  /** Those of them that failed. */
  failures?: TestFailure[];
}

/** A critique, and the revision that followed from it with its tests. */
export interface CritiqueRecord extends TestedProgram {
  /** What the critic wrote. */
  text: string;
  /** `"length"` where it was cut. */
  finish: string;
  /** How many tokens it has. */
  tokens?: number;
  /** By token, how many characters of the text it spells; null where that is not known. */
  token_lengths?: number[] | null;
  /** By token, the log-probability under the distribution it was drawn from. */
  logprobs?: number[] | null;
  /** `Correct` or `Incorrect`; null where it says neither, which earns nothing. */
  judgment: string | null;
  /** The generator's whole answer. */
  revision: string;
  /** Why the generator wrote nothing. */
  fault?: string | null;
  /** What the critic is trained on. */
  reward: number;
  /** A. */
  advantage: number;
}

/** A problem with one program: a line of a critic's `rollouts/step-….jsonl`. */
export interface CriticRecord extends TestedProgram {
  /** The state's own name. */
  id: string | number | null;
  /** Where it comes from. */
  source: string | null;
  /** The statement. */
  problem: string;
  /** The answer that is criticised. */
  solution: string;
  /** What programs are tested by: the first of the tests. */
  tests?: TestCase[];
  /** The group. */
  critiques: CritiqueRecord[];
}

/** A line of `rollouts/step-….jsonl`, of either method. */
export type StepRecord = ProblemRecord | CriticRecord;

/** Which of the two. */
export function isCriticRecord(record: StepRecord): record is CriticRecord {
  return "critiques" in record;
}

/** What came of a program, as a verdict. */
export function testOutcome({ passed, timed_out, program }: TestedProgram): string {
  if (passed) return "passed";
  if (timed_out) return "timed_out";
  return program !== undefined && program.trim() === "" ? "no_program" : "failed";
}
