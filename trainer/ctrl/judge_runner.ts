/** Tests programs of tasks from files, each with its own tests and time limit. */

import type { JudgeResult } from "../../sandbox/judge/verdict.ts";
import { Limiter } from "../endpoint/limiter.ts";
import type { Execution } from "./execution.ts";
import type { TestJob, TestOutcome, TestRunner } from "./state.ts";
import type { CodeTask } from "./tasks.ts";
import { DESCRIBED, shortened, type TestCase, type TestFailure } from "./test_case.ts";

/** Every different (program, tests) is run once; `Judge` remembers what came of it. */
export class JudgeRunner implements TestRunner<CodeTask> {
  /** See {@linkcode TestRunner.remembered}. */
  remembered = 0;
  readonly #limiter: Limiter;
  readonly #known = new Map<string, Promise<TestOutcome>>();
  /** Tasks of different files may have the same name. */
  readonly #numbers = new Map<CodeTask, number>();

  /**
   * Runs nothing yet.
   *
   * @param concurrency programs under way at most
   * @param runAll whether to go on after a failed test, for the share of tests that pass
   */
  constructor(readonly execution: Execution, concurrency: number, readonly runAll: boolean) {
    this.#limiter = new Limiter(concurrency);
  }

  /** See {@linkcode TestRunner.pauses}. */
  get pauses(): number {
    return this.execution.pauses;
  }

  /** See {@linkcode TestRunner.faults}. */
  get faults(): number {
    return this.execution.faults;
  }

  /** See {@linkcode TestRunner.run}. */
  run(jobs: readonly TestJob<CodeTask>[], signal?: AbortSignal): Promise<TestOutcome[]> {
    return Promise.all(jobs.map(({ code, tests }) => {
      if (!this.#numbers.has(tests)) this.#numbers.set(tests, this.#numbers.size);
      const key = `${this.#numbers.get(tests)}\n${normalised(code)}`;
      const known = this.#known.get(key);
      if (known) {
        this.remembered++;
        return known;
      }
      const outcome = this.#limiter.run(() => this.#one(tests, normalised(code), signal));
      this.#known.set(key, outcome);
      // A fault says nothing about the program: it is asked for again.
      outcome.catch(() => this.#known.delete(key));
      if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!);
      return outcome;
    }));
  }

  async #one(task: CodeTask, code: string, signal?: AbortSignal): Promise<TestOutcome> {
    const { runAll } = this;
    const { passed, verdict, result } = await this.execution.run(task, code, { runAll, signal });
    const right = result?.tests.filter((test) => test.passed).length ?? 0;
    return {
      passed,
      share: right / task.problem.tests.length,
      timedOut: verdict === "TimeLimitExceeded",
      ran: result?.tests.length ?? 0,
      failures: failuresOf(result),
    };
  }

  /** See {@linkcode TestRunner.describe}. */
  describe({ problem }: CodeTask): TestCase[] {
    if (problem.kind === "assert") {
      const tests = problem.tests.slice(0, DESCRIBED);
      return tests.map((test) => ({ input: shortened(test), expected: null }));
    }
    return problem.tests.slice(0, DESCRIBED)
      .map(({ input, output }) => ({ input: files(input), expected: files(output) }));
  }
}

/** Standard input or output; files under their names. */
function files(texts: Readonly<Record<string, string>>): string {
  return shortened(
    Object.entries(texts)
      .map(([name, text]) => /^std(in|out)$/.test(name) ? text : `${name}: ${text}`).join("\n"),
  );
}

function failuresOf(result: JudgeResult | null): TestFailure[] {
  return (result?.tests ?? []).flatMap(({ passed, verdict, message, run }, test) => {
    if (passed) return [];
    const got = verdict === "WrongAnswer" ? run.run_result?.stdout || null : null;
    return [{
      test,
      got: got === null ? null : shortened(got),
      message: `${verdict}: ${shortened(message)}`,
    }];
  });
}

/** Outcomes that are remembered, at most. */
const REMEMBERED = 20_000;

/** What makes no difference to Python: line ends, trailing space, empty lines at the end. */
function normalised(code: string): string {
  return code.replace(/[ \t]*\r?\n/g, "\n").trimEnd();
}
