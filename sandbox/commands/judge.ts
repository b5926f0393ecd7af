/** `deno task sandbox judge`: a table of what a problem's tests found. */

import { availableParallelism } from "node:os";
import { problemOf, type Row } from "../datasets/row.ts";
import { Judge } from "../judge/judge.ts";
import type { JudgeResult } from "../judge/verdict.ts";
import { LocalSandbox } from "../local.ts";
import { printableLine } from "../../terminal/printable.ts";
import { argumentsOf, textOf, wholeNumber } from "./arguments.ts";
import { languageOf } from "./run.ts";

const USAGE = `Runs all tests of a problem against a solution.

  deno task sandbox judge --problem P.json --solution S.py [options]

  --problem P.json   a row of a data set: CodeContests, MBPP, HumanEval, LiveCodeBench, or
                     {"id": 1, "test": [{"input": {"stdin": "2"}, "output": {"stdout": "4"}}]},
                     with "checker": {"code", "language", "files"} for a special judge
  --solution S.py    the program
  --language NAME    (by the solution's ending)
  --timeout SECONDS  of wall time: a run, or all assertions together (10)
  --memory-mb MB     (1024)
  --help

The exit code is 0 where all tests pass, else 1.
`;

/** Judges a solution; the exit code. */
export async function judgeMain(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(args, {
    problem: { type: "string" },
    solution: { type: "string" },
    language: { type: "string" },
    timeout: { type: "string" },
    "memory-mb": { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (!values.problem || !values.solution || positionals.length > 0) {
    throw new Error(
      "judge takes --problem P.json and --solution S.py, and nothing else; see --help",
    );
  }
  const row = rowOf(await textOf(values.problem, "the problem"), values.problem);
  const code = await textOf(values.solution, "the solution");
  const language = values.language ?? languageOf(values.solution);
  const runTimeout = wholeNumber("timeout", values.timeout, 10, [1, 86_400]);
  const memoryMB = wholeNumber("memory-mb", values["memory-mb"], 1024, [16, 1 << 20]);
  const problem = await problemOf(row);

  const parallel = availableParallelism();
  await using sandbox = await LocalSandbox.create({
    concurrency: parallel,
    memoryMB,
  });
  const judge = new Judge(sandbox, { parallel });
  const result = await judge.judge({
    problem,
    code,
    language,
    limits: { runTimeout },
    runAll: true,
  });
  console.log(verdictTable(result, problem.tests.length));
  return result.accepted ? 0 : 1;
}

function rowOf(text: string, path: string): Row {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    throw new Error(`Cannot read the problem ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new Error(`Cannot read the problem ${path}: it must be one row of a data set, an object`);
  }
  return { id: path, ...row };
}

/** A line a test, and the sum. */
export function verdictTable({ tests }: JudgeResult, total: number): string {
  const rows = tests.map(({ verdict, message, run }, i) => {
    const seconds = run.run_result?.execution_time;
    const time = seconds == null ? "" : `${seconds.toFixed(2)} s`;
    const why = printableLine(message);
    return [String(i + 1), verdict, time, why.length > 120 ? why.slice(0, 119) + "…" : why];
  });
  const cells = [["test", "verdict", "time", ""], ...rows];
  const widths = [0, 1, 2].map((i) => Math.max(...cells.map((row) => row[i].length)));
  const lines = cells.map(([test, verdict, time, why]) =>
    [test.padStart(widths[0]), verdict.padEnd(widths[1]), time.padStart(widths[2]), why]
      .join("  ").trimEnd()
  );
  const passed = tests.filter((test) => test.passed).length;
  return [...lines, "", `${passed} of ${total} tests passed`].join("\n");
}
