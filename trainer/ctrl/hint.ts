/** What execution tells the hinted critic: arXiv 2502.03492, section 3.1. */

import type { Problem } from "../../sandbox/judge/problem.ts";
import type { JudgeResult, TestResult } from "../../sandbox/judge/verdict.ts";
import type { Random } from "../seed.ts";

const CORRECT =
  "The answer is correct. Be brief and positive, and suggest nothing that is not needed.";
const TOO_SLOW = "The answer exceeds the time limit: a more efficient approach is needed.";
const START_OVER =
  "The answer is completely wrong: suggest a fresh start with a different approach.";

/** Longer messages are mostly a huge input, of which a critic learns nothing. */
const MOST_CHARACTERS = 1000;

/**
 * A hint from the results of all tests (`runAll`), in the order of the paper's rules: all passed; a traceback, as soon
 * as one is found; every test failed; else one of the failures, drawn.
 *
 * @param random draws the failure; where there is only one, nothing is drawn
 */
export function executionHint(problem: Problem, result: JudgeResult, random: Random): string {
  if (result.accepted) return CORRECT;
  return problem.kind === "stdio"
    ? stdioHint(problem.tests, result.tests, random)
    : assertHint(result.tests);
}

function stdioHint(
  tests: Extract<Problem, { kind: "stdio" }>["tests"],
  results: readonly TestResult[],
  random: Random,
): string {
  const messages: string[] = [];
  for (const [i, { passed, verdict, run }] of results.entries()) {
    if (passed) continue;
    if (verdict === "TimeLimitExceeded") {
      messages.push(TOO_SLOW);
      continue;
    }
    const { stderr, stdout } = run.run_result ?? run.compile_result ?? {};
    const raised = tracebackHint(stderr ?? "");
    if (raised) return raised;
    const { input, output } = tests[i];
    messages.push(
      `The answer fails this test.\nInput:\n${(input.stdin ?? "").trim()}\n\n` +
        `Expected output:\n${(output.stdout ?? "").trim()}\n\nActual output:\n${
          (stdout ?? "").trim()
        }`,
    );
  }
  if (messages.length === tests.length) return START_OVER;
  const short = [...new Set(messages)].filter((message) => message.length < MOST_CHARACTERS);
  return short.length === 0 ? START_OVER : short.length === 1 ? short[0] : random.pick(short);
}

/** The failing line and the error, from the end of a Python traceback; null where there is none. */
export function tracebackHint(stderr: string): string | null {
  const start = stderr.lastIndexOf("Traceback");
  if (start < 0) return null;
  const lines = stderr.slice(start).trim().split("\n");
  // Since Python 3.11 a line of carets may stand under the source.
  const source = lines.slice(1, -1).findLast((line) => !/^[\s^~|]*$/.test(line))?.trim() ?? "";
  const error = lines.at(-1)!.trim();
  // Without its source, a traceback shows only `File "x", line 3, in f`: that still says where.
  return source === "" || lines.length < 2
    ? `The answer raises ${error}`
    : `This line of the answer\n\`\`\`python\n${source}\n\`\`\`\nraises ${error}`;
}

function assertHint(results: readonly TestResult[]): string {
  const failed = results.find((test) => !test.passed);
  if (!failed) return START_OVER;
  if (failed.verdict === "TimeLimitExceeded") return TOO_SLOW;
  const said = failed.run.run_result?.stderr?.trim() || failed.message;
  return `The answer is wrong: its test ends with this error.\n${said.slice(-MOST_CHARACTERS)}`;
}
