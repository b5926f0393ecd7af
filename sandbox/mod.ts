/**
 * Running programs that nobody trusts: on this machine, isolated, or on a server that speaks SandboxFusion's API; and
 * judging them by tests that they cannot reach.
 *
 * @example Run a program
 * ```ts
 * import { LocalSandbox } from "@emend/emend/sandbox";
 * import assert from "node:assert/strict";
 *
 * await using sandbox = await LocalSandbox.create();
 * const { status, run_result } = await sandbox.runCode({
 *   language: "python",
 *   code: "print(input()[::-1])",
 *   stdin: "emend",
 *   run_timeout: 5,
 * });
 * assert.equal(status, "Success");
 * assert.equal(run_result?.stdout, "dneme\n");
 * ```
 *
 * @example Judge a function by assertions
 * ```ts
 * import { extractCode, Judge, LocalSandbox } from "@emend/emend/sandbox";
 * import assert from "node:assert/strict";
 *
 * const answer = "Easy:\n```python\ndef double(x):\n    return 2 * x\n```";
 * await using sandbox = await LocalSandbox.create({ concurrency: 4 });
 * const { accepted } = await new Judge(sandbox).judge({
 *   language: "python",
 *   code: extractCode(answer, "python").code,
 *   problem: {
 *     kind: "assert",
 *     preamble: "",
 *     setup: [],
 *     tests: ["assert double(2) == 4", "assert double('ab') == 'abab'"],
 *     names: ["double"],
 *   },
 * });
 * assert.equal(accepted, true);
 * ```
 *
 * @module
 */

export {
  type CommandRunResult,
  type Conversation,
  type LocalConversations,
  type RunCodeInput,
  type RunCodeRequest,
  type RunCodeResponse,
  type Sandbox,
} from "./api.ts";
export { BadRequest } from "./bad_request.ts";
export { SandboxClient, type SandboxClientOptions } from "./client.ts";
export { type EvalResult, type Prompt, type SubmitInput, type TestConfig } from "./datasets/api.ts";
export { DatasetFolder } from "./datasets/folder.ts";
export { problemOf, promptOf, type Row } from "./datasets/row.ts";
export type { Isolation, Needs } from "./isolation/isolation.ts";
export type { Launch } from "./isolation/launch.ts";
export type { IsolationName } from "./isolation/probe.ts";
export { difference } from "./judge/compare.ts";
export { extractCode, type Extracted } from "./judge/extract.ts";
export type { ResultCache } from "./judge/cache.ts";
export { Judge, type JudgeOptions } from "./judge/judge.ts";
export { liveCodeBenchProblem } from "./judge/live_code_bench.ts";
export type {
  AssertProblem,
  Checker,
  Limits,
  Problem,
  StdioProblem,
  StdioTest,
  Submission,
} from "./judge/problem.ts";
export type { JudgeResult, TestResult, Verdict } from "./judge/verdict.ts";
export {
  type CellRunResult,
  type RunJupyterInput,
  type RunJupyterRequest,
  type RunJupyterResponse,
} from "./jupyter/api.ts";
export { runJupyter } from "./jupyter/run.ts";
export { LocalSandbox, type LocalSandboxOptions } from "./local.ts";
export { ServiceFault } from "./retry.ts";
