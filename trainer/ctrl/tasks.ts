/** Programming tasks from files: benchmarks, and what `ctrl:prepare` wrote. */

import { z } from "zod";
import { idOf, problemOf, promptOf, type Row as SandboxRow } from "../../sandbox/datasets/row.ts";
import type { Problem } from "../../sandbox/judge/problem.ts";
import { readRows } from "../data/rows.ts";
import type { Interface } from "./prompts.ts";

/** A problem that programs are written for. */
export interface CodeTask {
  /** Unique within its file. */
  id: string;
  /** What is asked for. */
  statement: string;
  /** The tests. */
  problem: Problem;
  /** How a program meets them. */
  face: Interface;
  /** The time limit of a run. */
  seconds: number;
}

/** The tasks of a file. */
export interface LoadedTasks {
  /** In the file's order. */
  tasks: CodeTask[];
  /** Rows that are no tasks, and why: an empty list of tests, for one. */
  dropped: { at: string; reason: string }[];
}

/** Where a row says nothing: arXiv 2502.03492's sandbox has 10 seconds. */
const SECONDS = 10;
/** Of CodeContests the first tests are run: arXiv 2502.03492's code. */
const CODE_CONTESTS_TESTS = 10;

/**
 * Reads tasks from JSONL or Parquet; the format is found by the fields: CodeContests, LiveCodeBench, MBPP(+), HumanEval,
 * or what `ctrl:prepare` writes.
 *
 * @throws {Error} where the file cannot be read, has no task, or has two of one name
 */
export async function loadTasks(path: string): Promise<LoadedTasks> {
  const loaded: LoadedTasks = { tasks: [], dropped: [] };
  const seen = new Set<string>();
  for (const { values, at } of await readRows(path)) {
    let task: CodeTask;
    try {
      task = await taskOf(values);
    } catch (error) {
      loaded.dropped.push({ at, reason: (error as Error).message });
      continue;
    }
    if (seen.has(task.id)) {
      throw new Error(`Cannot use ${at}: there is a task ${task.id} before it`);
    }
    seen.add(task.id);
    loaded.tasks.push(task);
  }
  if (loaded.tasks.length > 0) return loaded;
  const [{ at, reason }] = loaded.dropped;
  throw new Error(`Cannot use ${path}: none of its rows is a task (${at}: ${reason})`);
}

/**
 * A row as a task.
 *
 * @throws {Error} where it has no statement or no tests
 */
export async function taskOf(row: Readonly<Record<string, unknown>>): Promise<CodeTask> {
  const { statement, problem } = await parts(row);
  return {
    id: String(idOf(nameOf(row))),
    statement,
    problem,
    face: problem.kind === "stdio" ? "stdio" : "functions",
    seconds: secondsOf(row.time_limit) ?? SECONDS,
  };
}

async function parts(row: SandboxRow): Promise<Pick<CodeTask, "statement" | "problem">> {
  if (typeof row.tests === "string") return await prepared(row);
  if (row.public_tests !== undefined) return codeContests(row);
  if (typeof row.test === "string" && Array.isArray(row.test_list)) return mbppPlus(row);
  const statement = statementOf(row);
  // The benchmark's score is by the private tests; the public ones stand in the statement.
  const { public_test_cases: _, ...rest } = row;
  const problem = await problemOf(rest);
  if (problem.kind !== "stdio" || row.private_test_cases !== undefined || isEncoded(row.test)) {
    return { statement, problem };
  }
  return {
    statement,
    problem: { ...problem, tests: problem.tests.slice(0, CODE_CONTESTS_TESTS) },
  };
}

/** LiveCodeBench's tests, as compressed text. */
const isEncoded = (test: unknown) => typeof test === "string" && !/^\s*\[/.test(test);

async function prepared(row: SandboxRow): Promise<Pick<CodeTask, "statement" | "problem">> {
  const tests = JSON.parse(row.tests as string);
  const field = typeof tests?.[0] === "string" ? { test_list: tests } : { test: tests };
  // The first assertion stands in the statement already where the function's name does not.
  return {
    statement: z.string().parse(row.problem),
    problem: await problemOf({ id: 0, ...field }),
  };
}

/** LiveCodeBench's own rows keep the signature that is to be filled in apart from the question. */
function statementOf(row: SandboxRow): string {
  const { content, starter_code: starter } = row;
  if (content !== undefined || typeof starter !== "string" || starter.trim() === "") {
    return promptOf(row);
  }
  return `${promptOf(row)}\n\nFill in this code:\n\`\`\`python\n${starter.trimEnd()}\n\`\`\``;
}

const Cases = z.object({ input: z.array(z.string()), output: z.array(z.string()) });

function codeContests(row: SandboxRow): Pick<CodeTask, "statement" | "problem"> {
  const tests = codeContestsTests(row);
  if (tests.length === 0) throw new Error("it has no tests");
  return { statement: z.string().parse(row.description), problem: { kind: "stdio", tests } };
}

/** CodeContests' tests: the first of the public ones, the private, the generated; some files have them as JSON texts. */
export function codeContestsTests(row: SandboxRow) {
  return [row.public_tests, row.private_tests, row.generated_tests].flatMap((group) => {
    const cases = typeof group === "string" ? JSON.parse(group) : group;
    const { input, output } = Cases.parse(cases ?? { input: [], output: [] });
    return input.slice(0, output.length)
      .map((stdin, i) => ({ input: { stdin }, output: { stdout: output[i] } }));
  }).slice(0, CODE_CONTESTS_TESTS);
}

function mbppPlus(row: SandboxRow): Pick<CodeTask, "statement" | "problem"> {
  const { test, test_imports, code } = z.object({
    test: z.string().min(1),
    test_imports: z.array(z.string()).default([]),
    code: z.string().default(""),
  }).parse(row);
  return {
    statement: promptOf(row),
    problem: {
      kind: "assert",
      preamble: "",
      setup: test_imports,
      tests: [test],
      names: [...code.matchAll(/^def (\w+)/gm)].map(([, name]) => name),
    },
  };
}

/** CodeContests' own rows have a name in place of an id. */
function nameOf(row: SandboxRow): SandboxRow {
  return { ...row, id: row.id ?? row.task_id ?? row.question_id ?? row.name };
}

/** The first number of a time limit, in seconds; CodeContests has it as an object. */
export function secondsOf(limit: unknown): number | null {
  if (typeof limit === "object" && limit !== null && "seconds" in limit) {
    const { seconds, nanos = 0 } = limit as { seconds: number; nanos?: number };
    return positive(Number(seconds) + Number(nanos) / 1e9);
  }
  const found = /\d*\.\d+|\d+/.exec(String(limit ?? ""));
  return found ? positive(Number(found[0])) : null;
}

const positive = (seconds: number) => seconds > 0 ? seconds : null;
