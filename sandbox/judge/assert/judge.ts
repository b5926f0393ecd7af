/** Judging Python functions by assertions. */

import type { LocalConversations, RunCodeResponse, Sandbox } from "../../api.ts";
import type { AssertProblem, Submission } from "../problem.ts";
import { judged, type JudgeResult, lastLines, type TestResult, type Verdict } from "../verdict.ts";
import { type AssertRun, converse, type Outcome } from "./conversation.ts";
import { runTogether } from "./together.ts";

/** Whether a sandbox can keep a program running, which is what keeps tests apart from it. */
export function canConverse(sandbox: Sandbox): sandbox is Sandbox & LocalConversations {
  return "start" in sandbox;
}

/** Judges a program by a problem's assertions: apart from them where the sandbox can, else in one process. */
export async function judgeAsserts(
  sandbox: Sandbox,
  problem: AssertProblem,
  { code, language, limits = {}, runAll = false }: Submission,
  signal?: AbortSignal,
): Promise<JudgeResult> {
  if (language !== "python") {
    throw new Error(
      `Cannot judge ${language} by assertions: they are Python and call Python functions`,
    );
  }
  const options = { ...limits, runAll };
  const run = canConverse(sandbox)
    ? await converse(sandbox, problem, code, options, signal)
    : await runTogether(sandbox, problem, code, options, signal);
  return judged(results(run), problem.tests.length);
}

function results({ outcomes, program, fault }: AssertRun): TestResult[] {
  if (fault !== null) {
    const run: RunCodeResponse = {
      ...response(program, false),
      status: "SandboxError",
      message: fault,
    };
    return [{ passed: false, verdict: "JudgeError", message: lastLines(fault), run }];
  }
  const late = program.status === "TimeLimitExceeded";
  const tests = outcomes.map((outcome): TestResult => {
    const passed = outcome.outcome === "passed";
    const verdict = passed ? "Accepted" : verdictOf(outcome, late);
    const message = passed
      ? ""
      : verdict === "TimeLimitExceeded"
      ? "took longer than its limit"
      : outcome.message || lastLines(program.stderr);
    return { passed, verdict, message, run: response(program, passed, verdict, message) };
  });
  // Where time ran out before a verdict, the test under way is the one that failed.
  if (late && tests.every((test) => test.passed)) {
    const message = "took longer than its limit";
    const run = response(program, false, "TimeLimitExceeded", message);
    tests.push({ passed: false, verdict: "TimeLimitExceeded", message, run });
  }
  return tests;
}

function verdictOf({ outcome }: Outcome, late: boolean): Verdict {
  if (outcome === "wrong") return "WrongAnswer";
  return late ? "TimeLimitExceeded" : "RuntimeError";
}

/** The run as the API tells it: as if the assertions had stood behind the program. */
function response(
  program: AssertRun["program"],
  passed: boolean,
  verdict?: Verdict,
  message = "",
): RunCodeResponse {
  const late = verdict === "TimeLimitExceeded";
  const stderr = [program.stderr, message].filter(Boolean).join("\n");
  return {
    status: passed ? "Success" : "Failed",
    message: "",
    compile_result: null,
    run_result: {
      ...program,
      status: late ? "TimeLimitExceeded" : "Finished",
      return_code: passed ? 0 : late ? null : 1,
      stdout: "",
      stderr,
    },
    executor_pod_name: null,
    files: {},
  };
}
