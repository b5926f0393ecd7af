/** Judging a solution: runs a problem's tests, remembers what came of them. */

import type { Sandbox } from "../api.ts";
import { Gate } from "../gate.ts";
import { canConverse, judgeAsserts } from "./assert/judge.ts";
import { ResultCache } from "./cache.ts";
import type { Submission } from "./problem.ts";
import { judgeStdio } from "./stdio.ts";
import type { JudgeResult } from "./verdict.ts";

/** How much a judge does at once, and remembers. */
export interface JudgeOptions {
  /**
   * Problems with assertions under way at most. Each holds two programs; the sandbox must have room for one more
   * program than this, or two problems could wait for each other.
   *
   * @default {3}
   */
  conversations?: number;
  /** Runs of one submission at once, where it does not end with the first failure. @default {8} */
  parallel?: number;
  /** Bytes of results to remember; 0 remembers none. @default {67108864} */
  cacheBytes?: number;
}

/**
 * Judges solutions. Expected outputs and verdicts never enter a process that runs the solution.
 *
 * @example
 * ```ts
 * import { Judge, LocalSandbox } from "@emend/emend/sandbox";
 * import assert from "node:assert/strict";
 *
 * await using sandbox = await LocalSandbox.create();
 * const judge = new Judge(sandbox);
 * const { accepted, tests } = await judge.judge({
 *   language: "python",
 *   code: "print(int(input()) * 2)",
 *   problem: {
 *     kind: "stdio",
 *     tests: [
 *       { input: { stdin: "4" }, output: { stdout: "8" } },
 *       { input: { stdin: "5" }, output: { stdout: "11" } },
 *     ],
 *   },
 * });
 * assert.equal(accepted, false);
 * assert.deepEqual(tests.map((test) => test.verdict), ["Accepted", "WrongAnswer"]);
 * ```
 */
export class Judge {
  /** What was judged before. */
  readonly cache: ResultCache;
  readonly #sandbox: Sandbox;
  readonly #conversations: Gate;
  readonly #parallel: number;

  /** Runs nothing yet; the sandbox stays the caller's. */
  constructor(sandbox: Sandbox, options: JudgeOptions = {}) {
    this.#sandbox = sandbox;
    this.#conversations = new Gate(options.conversations ?? 3);
    this.#parallel = options.parallel ?? 8;
    this.cache = new ResultCache(options.cacheBytes ?? 64 * 2 ** 20);
  }

  /**
   * Runs the tests.
   *
   * @throws {Error} where the problem cannot be judged in that language
   * @throws the signal's reason when it aborts
   */
  async judge(submission: Submission, signal?: AbortSignal): Promise<JudgeResult> {
    const key = await ResultCache.key(submission);
    const known = this.cache.get(key);
    if (known) return known;
    const result = await this.#run(submission, signal);
    // A fault of the service says nothing about the solution.
    if (result.tests.every((test) => test.verdict !== "JudgeError")) this.cache.set(key, result);
    return result;
  }

  async #run(submission: Submission, signal?: AbortSignal): Promise<JudgeResult> {
    const { problem } = submission;
    if (problem.kind === "stdio") {
      const parallel = submission.runAll ? this.#parallel : 1;
      return judgeStdio(this.#sandbox, problem, submission, parallel, signal);
    }
    if (!canConverse(this.#sandbox)) {
      return judgeAsserts(this.#sandbox, problem, submission, signal);
    }
    using _place = await this.#conversations.enter(signal);
    return await judgeAsserts(this.#sandbox, problem, submission, signal);
  }
}
