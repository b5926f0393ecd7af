/** Special judges: a program that reads input, output and answer, and says by its exit code whether it is right. */

import type { Sandbox } from "../api.ts";
import { base64OfText } from "../base64.ts";
import type { Checker } from "./problem.ts";
import { pythonLiteral } from "./python_literal.ts";
import { faultOf, lastLines, type TestResult } from "./verdict.ts";

/** Exit codes of testlib: what was wrong with the output. Any other code is the checker's own failure. */
const WRONG = new Map([
  [1, "wrong answer"],
  [2, "wrong format"],
  [7, "partly right"],
  [8, "the output ends too early"],
]);

/** Names that checkers get as arguments, as testlib orders them. */
const FILES = ["input.txt", "output.txt", "answer.txt"] as const;

/** A run's texts, as a checker gets them. */
export interface CheckerInput {
  /** What the program read. */
  input: string;
  /** What it wrote. */
  output: string;
  /** What the problem's author expects, one of the right outputs. */
  answer: string;
}

/**
 * Runs a checker in a job of its own: the program is over by then, and never sees it.
 *
 * @throws {Error} where the checker's language is none of the three
 */
export async function checkOutput(
  sandbox: Sandbox,
  checker: Checker,
  texts: CheckerInput,
  signal?: AbortSignal,
): Promise<Pick<TestResult, "verdict" | "message">> {
  const files: Record<string, string> = {
    "input.txt": base64OfText(texts.input),
    "output.txt": base64OfText(texts.output),
    "answer.txt": base64OfText(texts.answer),
  };
  for (const [name, text] of Object.entries(checker.files ?? {})) files[name] = base64OfText(text);
  const run = await sandbox.runCode({
    code: withArguments(checker),
    language: checker.language,
    compile_timeout: 60, // testlib.h alone takes seconds
    run_timeout: 30,
    files,
  }, signal);

  const said = lastLines(run.run_result?.stderr) || lastLines(run.run_result?.stdout);
  const code = run.run_result?.return_code ?? null;
  if (run.status === "Success") return { verdict: "Accepted", message: "" };
  if (run.run_result?.status === "Finished" && code !== null && WRONG.has(code)) {
    return { verdict: "WrongAnswer", message: said || WRONG.get(code)! };
  }
  const why = faultOf(run)?.message ?? `exit code ${code}`;
  return { verdict: "JudgeError", message: `the checker failed: ${why}` };
}

/** The API passes no arguments, so the source gives them to itself. */
function withArguments({ code, language }: Checker): string {
  if (language === "python") {
    const call = `sys.argv = ${JSON.stringify(["checker", ...FILES])}`;
    return `import sys; ${call}; exec(compile(${pythonLiteral(code)}, "checker.py", "exec"))\n`;
  }
  if (language !== "cpp" && language !== "c") {
    throw new Error(`Cannot run a checker in ${language}: write it in python, cpp or c`);
  }
  const list = ["checker", ...FILES].map((name) => `(char*)"${name}"`).join(", ");
  // A renamed main that ends without a value would be undefined behaviour: make it an error.
  return `#pragma GCC diagnostic error "-Wreturn-type"
#define main checker_main
#line 1 "checker"
${code}
#undef main
int main() {
  static char* arguments[] = {${list}, 0};
  return checker_main(${FILES.length + 1}, arguments);
}
`;
}
