/**
 * Assertions in the program's own process, for servers that only run programs.
 *
 * Weaker than `conversation.ts`: a program that searches its interpreter can find the tests. What does hold: they
 * arrive on standard input and are read after the program was loaded; the verdict counts only with a number that
 * is drawn for this run and stands nowhere before; and the program ending early is no verdict.
 */

import type { CommandRunResult, Sandbox } from "../../api.ts";
import type { AssertProblem, Limits } from "../problem.ts";
import type { AssertRun, Outcome } from "./conversation.ts";
import harness from "./together.py" with { type: "text" };

/** Runs a problem's assertions behind a program; see the head of this file. */
export async function runTogether(
  sandbox: Sandbox,
  problem: AssertProblem,
  code: string,
  limits: Limits & { runAll: boolean },
  signal?: AbortSignal,
): Promise<AssertRun> {
  const nonce = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const { preamble, setup, tests } = problem;
  const response = await sandbox.runCode({
    code: harness,
    language: "python",
    run_timeout: limits.runTimeout,
    memory_limit_MB: limits.memoryMB,
    stdin: JSON.stringify({ preamble, code }) + "\n" +
      JSON.stringify({ nonce, setup, tests, stop: !limits.runAll }) + "\n",
  }, signal);
  const program: CommandRunResult = response.run_result ??
    { status: "Error", execution_time: null, return_code: null, stdout: "", stderr: "" };
  if (response.status === "SandboxError") {
    return { outcomes: [], program, fault: response.message || "the sandbox failed" };
  }
  const outcomes = verdicts(program.stdout ?? "", nonce);
  const complete = outcomes.length === tests.length || outcomes.at(-1)?.outcome !== "passed";
  if (outcomes.length === 0 || !complete) {
    outcomes.push({ outcome: "gone", message: "" });
  }
  return { outcomes, program, fault: null };
}

/** The outcomes that carry the number; whatever else was printed is the program's. */
function verdicts(stdout: string, nonce: string): Outcome[] {
  return stdout.split("\n").filter((line) => line.startsWith(nonce)).flatMap((line) => {
    try {
      const [, outcome, message] = JSON.parse(line.slice(nonce.length));
      return [{ outcome, message }];
    } catch {
      return [];
    }
  });
}
