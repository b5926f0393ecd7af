/** Tests the micro-world's programs in a sandbox. */

import type { Sandbox } from "../../../sandbox/api.ts";
import { type Patience, patiently } from "../patience.ts";
import type { TestJob, TestOutcome, TestRunner } from "../state.ts";
import { shortened, type TestCase, type TestFailure } from "../test_case.ts";
import { execute, type Returned, TOO_LONG } from "./execute.ts";

/** Arguments, and the value that is wanted of each. */
export type MicroTest = readonly [a: number, b: number, wanted: number];

/** What is remembered, at most. */
const REMEMBERED = 100_000;

/** Runs every different (program, tests) once. */
export class MicroRunner implements TestRunner<readonly MicroTest[]> {
  /** See {@linkcode TestRunner.remembered}. */
  remembered = 0;
  /** See {@linkcode TestRunner.pauses}. */
  pauses = 0;
  /** See {@linkcode TestRunner.faults}: whatever these programs do, the sandbox can judge it. */
  readonly faults = 0;
  readonly #known = new Map<string, TestOutcome>();
  readonly #patience: Patience;

  /** The sandbox stays the caller's. */
  constructor(readonly sandbox: Sandbox, patience: Patience) {
    const warn = (text: string) => {
      this.pauses++;
      patience.warn(text);
    };
    this.#patience = { ...patience, warn };
  }

  /** See {@linkcode TestRunner.run}. */
  async run(
    jobs: readonly TestJob<readonly MicroTest[]>[],
    signal?: AbortSignal,
  ): Promise<TestOutcome[]> {
    const keys = jobs.map(({ code, tests }) => JSON.stringify([code, tests]));
    const fresh = new Map<string, TestJob<readonly MicroTest[]>>();
    keys.forEach((key, i) => {
      if (this.#known.has(key) || fresh.has(key)) this.remembered++;
      else fresh.set(key, jobs[i]);
    });
    const calls = [...fresh.values()]
      .map(({ code, tests }) => ({
        code,
        inputs: tests.map(([a, b]): [number, number] => [a, b]),
      }));
    const returned = await patiently(() => execute(this.sandbox, calls, signal), this.#patience);
    if (this.#known.size > REMEMBERED) this.#known.clear();
    [...fresh].forEach(([key, { tests }], k) => {
      const result = returned[k], failures = failuresOf(tests, result);
      this.#known.set(key, {
        passed: failures.length === 0,
        share: (tests.length - failures.length) / tests.length,
        timedOut: "error" in result && result.error === TOO_LONG,
        ran: tests.length,
        failures,
      });
    });
    return keys.map((key) => this.#known.get(key)!);
  }

  /** See {@linkcode TestRunner.describe}. */
  describe(tests: readonly MicroTest[]): TestCase[] {
    return tests.map(([a, b, wanted]) => ({ input: `f(${a}, ${b})`, expected: String(wanted) }));
  }
}

function failuresOf(tests: readonly MicroTest[], result: Returned): TestFailure[] {
  return tests.flatMap(([, , wanted], test) => {
    if ("error" in result) return [{ test, got: null, message: shortened(result.error) }];
    const value = result.values[test];
    if (value === wanted) return [];
    return [
      value === null
        ? { test, got: null, message: "it failed, or returned no whole number" }
        : { test, got: String(value), message: "" },
    ];
  });
}
