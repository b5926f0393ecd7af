/** Running solutions, patiently: a sandbox that is away is waited for, and what it cannot judge is counted. */

import type { Sandbox } from "../../sandbox/api.ts";
import { Judge, type JudgeOptions } from "../../sandbox/judge/judge.ts";
import type { JudgeResult, Verdict } from "../../sandbox/judge/verdict.ts";
import { ServiceFault } from "../../sandbox/retry.ts";
import { type Patience, patiently } from "./patience.ts";
import type { CodeTask } from "./tasks.ts";

/** What came of a solution. */
export interface Executed {
  /** Whether all tests passed. */
  passed: boolean;
  /** Of the first test that failed; `NoProgram` where there was nothing to run. */
  verdict: Verdict | "NoProgram";
  /** Every result; null where nothing ran. */
  result: JudgeResult | null;
}

/** Options of {@linkcode Execution}. */
export type ExecutionOptions = JudgeOptions & Partial<Omit<Patience, "signal">>;

/** Runs solutions of tasks. */
export class Execution {
  /** Pauses that the sandbox was given. */
  pauses = 0;
  /** Solutions that a working sandbox could not judge, twice; they count as not passed. */
  faults = 0;
  readonly #judge: Judge;
  #told = -Infinity;

  /** Runs nothing yet; the sandbox stays the caller's. */
  constructor(readonly sandbox: Sandbox, readonly options: ExecutionOptions = {}) {
    this.#judge = new Judge(sandbox, options);
  }

  /**
   * Runs a program against a task's tests.
   *
   * @param runAll goes on after a test that failed
   * @throws {SandboxGone} where the sandbox stays away
   * @throws the signal's reason when it aborts
   */
  async run(
    task: CodeTask,
    code: string,
    { runAll = false, signal }: { runAll?: boolean; signal?: AbortSignal } = {},
  ): Promise<Executed> {
    if (code.trim() === "") return { passed: false, verdict: "NoProgram", result: null };
    const submission = {
      problem: task.problem,
      code,
      language: "python",
      limits: { runTimeout: task.seconds },
      runAll,
    };
    const warn = (text: string) => {
      this.pauses++;
      // Every program under way finds out; a person need not be told by each.
      if (performance.now() - this.#told < 1000) return;
      this.#told = performance.now();
      this.options.warn?.(text);
    };
    let alive = 0;
    return await patiently(async (attempt, last) => {
      const outcome = await this.#attempt(() => this.#judge.judge(submission, signal), signal);
      if (!(outcome instanceof ServiceFault)) return executed(outcome);
      // It may have come back just now: the program is to blame where the sandbox was well before and after it.
      alive = attempt > 1 && await this.#answers(signal) ? alive + 1 : 0;
      if (alive < 2 && !(alive === 1 && last)) throw outcome;
      this.faults++;
      return { passed: false, verdict: "JudgeError", result: null };
    }, { ...this.options, warn, signal });
  }

  /** The result, or why the sandbox brought none. */
  async #attempt(
    judge: () => Promise<JudgeResult>,
    signal?: AbortSignal,
  ): Promise<JudgeResult | ServiceFault> {
    try {
      const result = await judge();
      const failed = result.tests.find((test) => test.verdict === "JudgeError");
      return failed ? new ServiceFault(failed.message) : result;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ServiceFault) return error;
      throw error;
    }
  }

  async #answers(signal?: AbortSignal): Promise<boolean> {
    try {
      const { run_result } = await this.sandbox.runCode(
        { language: "python", code: "print(6 * 7)" },
        signal,
      );
      return run_result?.stdout?.trim() === "42";
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ServiceFault) return false;
      throw error;
    }
  }
}

function executed(result: JudgeResult): Executed {
  const failed = result.tests.find((test) => !test.passed);
  return { passed: result.accepted, verdict: failed?.verdict ?? "Accepted", result };
}
