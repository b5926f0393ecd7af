/** Whole programs: one run a test, its output compared here, where the program is not. */

import type { RunCodeResponse, Sandbox } from "../api.ts";
import { base64OfText, textOfBase64 } from "../base64.ts";
import { checkOutput } from "./checker.ts";
import { difference } from "./compare.ts";
import type { StdioProblem, StdioTest, Submission } from "./problem.ts";
import { faultOf, judged, type JudgeResult, type TestResult } from "./verdict.ts";

/**
 * Judges a program by inputs and expected outputs.
 *
 * @param parallel runs at once
 */
export async function judgeStdio(
  sandbox: Sandbox,
  problem: StdioProblem,
  submission: Submission,
  parallel: number,
  signal?: AbortSignal,
): Promise<JudgeResult> {
  const results: TestResult[] = new Array(problem.tests.length);
  let next = 0, over = false;
  const worker = async (): Promise<void> => {
    while (next < results.length && !over) {
      const i = next++;
      results[i] = await judgeTest(sandbox, problem, problem.tests[i], submission, signal);
      over = !submission.runAll && !results[i].passed;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return judged(results.slice(0, next), problem.tests.length);
}

async function judgeTest(
  sandbox: Sandbox,
  { checker }: StdioProblem,
  test: StdioTest,
  { code, language, limits = {} }: Submission,
  signal?: AbortSignal,
): Promise<TestResult> {
  const { stdin = "", ...files } = test.input;
  const wanted = Object.keys(test.output).filter((name) => name !== "stdout");
  const run = await sandbox.runCode({
    code,
    language,
    compile_timeout: limits.compileTimeout,
    run_timeout: limits.runTimeout,
    memory_limit_MB: limits.memoryMB,
    stdin,
    files: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, base64OfText(text)]),
    ),
    fetch_files: wanted,
  }, signal);
  const fault = faultOf(run);
  if (fault) return { passed: false, ...fault, run };
  if (checker) {
    const output = run.run_result?.stdout ?? "", answer = test.output.stdout ?? "";
    const verdict = await checkOutput(sandbox, checker, { input: stdin, output, answer }, signal);
    return { passed: verdict.verdict === "Accepted", ...verdict, run };
  }
  const message = firstDifference(run, test.output);
  return message === null
    ? { passed: true, verdict: "Accepted", message: "", run }
    : { passed: false, verdict: "WrongAnswer", message, run };
}

function firstDifference(run: RunCodeResponse, output: StdioTest["output"]): string | null {
  for (const [name, expected] of Object.entries(output)) {
    const actual = name === "stdout" ? run.run_result?.stdout ?? "" : run.files[name];
    if (actual === undefined) return `the program did not write ${name}`;
    const found = difference(name === "stdout" ? actual : textOfBase64(actual), expected);
    if (found) return name === "stdout" ? found : `${name}, ${found}`;
  }
  return null;
}
