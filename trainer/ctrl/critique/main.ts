/** `deno task sandbox critique`: one solution, its failures, a critique, a revision. */

import { optionsOf, textOf } from "../../../sandbox/commands/arguments.ts";
import { verdictTable } from "../../../sandbox/commands/judge.ts";
import { standard } from "../../run/output.ts";
import { runCommand } from "../../command.ts";
import { openExecution, WRITER_HELP, writerOptions, Writers } from "../command.ts";
import type { Executed } from "../execution.ts";
import { type CodeTask, taskOf } from "../tasks.ts";
import { criticiseOne } from "./critique.ts";
import { sideBySide } from "./side_by_side.ts";

const USAGE = `Runs a solution's tests, asks a critic about it, and runs the revision.

  deno task sandbox critique --problem P.json --solution S.py --critic MODEL [options]

  --problem P.json   a row of a data set, with its statement: CodeContests, MBPP, HumanEval, ctrl:prepare's
  --solution S.py    the program, in Python
  --critic MODEL     criticises
  --generator MODEL  revises (the critic's model)
  --api-key-env NAME
  --help

The exit code is 0 where the revision passes all tests, else 1.

${WRITER_HELP}
`;

async function main(args: string[]): Promise<number> {
  const values = optionsOf(args, {
    problem: { type: "string" },
    solution: { type: "string" },
    ...writerOptions("critic", "generator"),
    "api-key-env": { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (!values.problem || !values.solution) {
    throw new Error("critique takes --problem P.json and --solution S.py; see --help");
  }
  const task = await readTask(values.problem);
  const code = await textOf(values.solution, "the solution");
  const writers = new Writers(values);
  const critic = await writers.need("critic");
  const generator = await writers.get("generator") ?? critic;

  const { sandbox, execution } = await openExecution();
  await using _sandbox = sandbox;
  console.log(`Before\n${results(task, await execution.run(task, code, { runAll: true }))}\n`);
  const { critique, judgment, revision, after } = await criticiseOne(
    task,
    code,
    { critic, generator },
    execution,
  );
  const panes = [
    { title: `Critique (${judgment ?? "no judgment"})`, text: critique },
    { title: "Revision", text: revision || "(no program)" },
  ] as const;
  console.log(`${sideBySide(...panes, standard("stdout").columns)}\n`);
  console.log(`After\n${results(task, after)}`);
  return after.passed ? 0 : 1;
}

async function readTask(path: string): Promise<CodeTask> {
  const text = await textOf(path, "the problem");
  try {
    const row = JSON.parse(text);
    return await taskOf({ id: path, ...row });
  } catch (error) {
    throw new Error(`Cannot use the problem ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function results({ problem }: CodeTask, { verdict, result }: Executed): string {
  if (result) return verdictTable(result, problem.tests.length);
  return verdict === "NoProgram" ? "There is no program." : "The sandbox could not run it.";
}

if (import.meta.main) await runCommand(main);
