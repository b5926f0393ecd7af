/** What a critic is shown, and what its critique is worth: the faces that the training of critics works with. */

import type { Interface } from "./prompts.ts";
import type { TestCase, TestFailure } from "./test_case.ts";

/** A problem and one solution of it. */
export interface State<Tests> {
  /** Unique within a run's data. */
  id: string;
  /** The data set that it belongs to. */
  source: string;
  /** The statement. */
  problem: string;
  /** The answer that is criticised, as the generator wrote it. */
  solution: string;
  /** Whether its program passes the tests. */
  passed: boolean;
  /** What the tests found of its program. */
  outcome?: TestOutcome;
  /** What a program is judged by. */
  tests: Tests;
  /** How a program meets them. @default "functions" */
  face?: Interface;
  /** The critic's prompt, token ids. */
  prompt: readonly number[];
}

/** A program to be tested. */
export interface TestJob<Tests> {
  /** Its source; empty where an answer has none. */
  code: string;
  /** What it is judged by. */
  tests: Tests;
}

/** What came of a program. */
export interface TestOutcome {
  /** Whether all tests passed. */
  passed: boolean;
  /** The share of tests that passed. */
  share: number;
  /** Whether it ran into the time limit. */
  timedOut: boolean;
  /** Tests that were run: the first ones. */
  ran: number;
  /** Those of them that failed. */
  failures: readonly TestFailure[];
}

/** Runs programs against tests. */
export interface TestRunner<Tests> {
  /**
   * Tests programs; in the order of the jobs.
   *
   * @throws {SandboxGone} where the sandbox went away and does not come back
   */
  run(jobs: readonly TestJob<Tests>[], signal?: AbortSignal): Promise<TestOutcome[]>;
  /** The tests as a person reads them: as many as are written down. */
  describe(tests: Tests): TestCase[];
  /** Answers that came from memory, of all asked for so far. */
  readonly remembered: number;
  /** Times that a sandbox which was away was waited for, so far. */
  readonly pauses: number;
  /** Programs that a working sandbox could not judge, so far; they count as failed. */
  readonly faults: number;
}
