/** What came of judging. */

import type { RunCodeResponse } from "../api.ts";

/** What a test found; `JudgeError` means that the tests, the checker or the sandbox failed, not the program. */
export type Verdict =
  | "Accepted"
  | "WrongAnswer"
  | "RuntimeError"
  | "CompileError"
  | "TimeLimitExceeded"
  | "OutputLimitExceeded"
  | "JudgeError";

/** What came of one test. */
export interface TestResult {
  /** Whether the verdict is `Accepted`. */
  passed: boolean;
  /** What the test found. */
  verdict: Verdict;
  /** Why, in a line or a few; empty where it passed. */
  message: string;
  /** How the program ran. */
  run: RunCodeResponse;
}

/** What came of a solution; without `runAll`, the tests end with the first that failed. */
export interface JudgeResult {
  /** Whether all tests passed. */
  accepted: boolean;
  /** In the problem's order. */
  tests: TestResult[];
}

/** Collects results, and says whether all passed. */
export function judged(tests: TestResult[], total: number): JudgeResult {
  return { accepted: tests.length === total && tests.every((test) => test.passed), tests };
}

/** The verdict over a run that did not end well; null where it did. */
export function faultOf(run: RunCodeResponse): Pick<TestResult, "verdict" | "message"> | null {
  const { compile_result: compiled, run_result: ran } = run;
  if (run.status === "SandboxError") return { verdict: "JudgeError", message: run.message };
  if (compiled && (compiled.status !== "Finished" || compiled.return_code !== 0)) {
    const late = compiled.status === "TimeLimitExceeded";
    return {
      verdict: "CompileError",
      message: late ? "the compiler took longer than its limit" : lastLines(compiled.stderr),
    };
  }
  if (ran?.status === "TimeLimitExceeded") {
    return { verdict: "TimeLimitExceeded", message: "took longer than its limit" };
  }
  if (ran?.truncated) {
    return { verdict: "OutputLimitExceeded", message: "wrote more than the output limit" };
  }
  if (run.status === "Failed") {
    const code = ran?.return_code ?? null;
    return { verdict: "RuntimeError", message: lastLines(ran?.stderr) || `exit code ${code}` };
  }
  return null;
}

/** The end of an error output: where Python says what went wrong. */
export function lastLines(text: string | null | undefined, count = 5): string {
  return (text ?? "").trimEnd().split("\n").slice(-count).join("\n").slice(-2000);
}
