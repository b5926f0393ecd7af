/** A row of a data set as a problem: its format is found by the fields that it has. */

import { z } from "zod";
import { BadRequest } from "../bad_request.ts";
import { liveCodeBenchProblem } from "../judge/live_code_bench.ts";
import type { Problem } from "../judge/problem.ts";
import { checkerInputSchema } from "./api.ts";

/** A row of a JSONL file. */
export type Row = Readonly<Record<string, unknown>>;

const StdioTests = z.array(z.object({
  input: z.record(z.string(), z.string()),
  output: z.record(z.string(), z.string()),
})).min(1);

const Strings = z.array(z.string()).min(1);

/** HumanEval: a prompt that ends where the function's body begins, and a `check` function. */
const HumanEval = z.object({ prompt: z.string(), entry_point: z.string(), test: z.string() });

/** MBPP: assertions one by one. */
const Mbpp = z.object({
  test_list: Strings,
  test_imports: z.array(z.string()).default([]),
  test_setup_code: z.string().default(""),
  canonical_solution: z.string().default(""),
  code: z.string().default(""),
});

/** LiveCodeBench's own files. */
const LiveCodeBench = z.object({
  public_test_cases: z.string().default("[]"),
  private_test_cases: z.string(),
  metadata: z.string().default("{}"),
});

/** How a row names itself. */
export function idOf(row: Row): string | number {
  const id = row.id ?? row.task_id ?? row.question_id;
  if (typeof id === "string" || typeof id === "number") return id;
  throw new BadRequest("A row has no id: it needs an `id`, a `task_id` or a `question_id`");
}

/** What a row says beside the problem; some files hold it as JSON in a string. */
export function labelsOf(row: Row): Record<string, unknown> {
  const labels = typeof row.labels === "string" ? json(row.labels, "labels") : row.labels;
  return typeof labels === "object" && labels !== null ? { ...labels } : {};
}

/** What a model is asked. For MBPP with the first test: nothing else tells the function's name. */
export function promptOf(row: Row): string {
  const text = row.content ?? row.prompt ?? row.question_content ?? row.text ?? row.problem;
  if (typeof text !== "string") throw new BadRequest(`Row ${idOf(row)} has no text in \`content\``);
  const first = Array.isArray(row.test_list) ? row.test_list[0] : undefined;
  return first ? `${text}\nYour code should satisfy this test:\n${first}\n` : text;
}

/**
 * The tests of a row.
 *
 * @throws {BadRequest} where the row has none that are known
 */
export async function problemOf(row: Row): Promise<Problem> {
  if (row.test_list !== undefined) return mbpp(parsed(Mbpp, { ...labelsOf(row), ...row }, row));
  if (row.entry_point !== undefined) return humanEval(parsed(HumanEval, row, row));
  if (row.private_test_cases !== undefined) {
    return await liveCodeBench(parsed(LiveCodeBench, row, row), row);
  }
  const { test } = row;
  if (Array.isArray(test)) return stdio(test, row);
  if (typeof test !== "string" || test.trim() === "") {
    throw new BadRequest(
      `Row ${idOf(row)} has no tests: it needs \`test\`, \`test_list\` or \`private_test_cases\``,
    );
  }
  if (/^\s*\[/.test(test)) return stdio(json(test, "test"), row);
  if (/^\s*\{|^eJ[\w+/=\s]+$|^eN[\w+/=\s]+$/.test(test)) return await encoded(test, null, row);
  return { kind: "assert", preamble: "", setup: [], tests: [test], names: [] };
}

function stdio(test: unknown, row: Row): Problem {
  const tests = parsed(StdioTests, test, row);
  if (row.checker === undefined) return { kind: "stdio", tests };
  return { kind: "stdio", tests, checker: parsed(checkerInputSchema, row.checker, row) };
}

function humanEval({ prompt, entry_point, test }: z.output<typeof HumanEval>): Problem {
  const preamble = prompt.slice(0, functionStart(prompt, entry_point));
  return {
    kind: "assert",
    preamble,
    // With the statement's helper functions: those that tests use are not taken from the program.
    setup: [preamble, test],
    tests: [`check(${entry_point})`],
    names: [entry_point],
  };
}

/** Where the function that is asked for begins in a prompt; helper functions may stand before it. */
export function functionStart(prompt: string, name: string): number {
  const at = prompt.lastIndexOf(`def ${name}(`);
  return at < 0 ? prompt.length : prompt.lastIndexOf("\n", at) + 1;
}

function mbpp(row: z.output<typeof Mbpp>): Problem {
  const solution = row.canonical_solution || row.code;
  return {
    kind: "assert",
    preamble: "",
    setup: [[...row.test_imports, row.test_setup_code].join("\n")],
    tests: row.test_list,
    // A function that is asked for may be called as a builtin is, such as `sum`.
    names: [...solution.matchAll(/^def (\w+)/gm)].map(([, name]) => name),
  };
}

async function liveCodeBench(
  { public_test_cases, private_test_cases, metadata }: z.output<typeof LiveCodeBench>,
  row: Row,
): Promise<Problem> {
  const name = (json(metadata || "{}", "metadata") as { func_name?: string } | null)?.func_name;
  const shown = (json(public_test_cases, "public_test_cases") as unknown[]).length > 0
    ? await encoded(public_test_cases, name ?? null, row)
    : null;
  const hidden = await encoded(private_test_cases, name ?? null, row);
  if (!shown) return hidden;
  return { ...hidden, tests: [...shown.tests, ...hidden.tests] } as Problem;
}

async function encoded(text: string, name: string | null, row: Row): Promise<Problem> {
  try {
    return await liveCodeBenchProblem(text, name);
  } catch (error) {
    throw new BadRequest(`Cannot read the tests of row ${idOf(row)}: ${(error as Error).message}`);
  }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, row: Row): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new BadRequest(`Cannot read row ${idOf(row)}: ${path.join(".") || "tests"}: ${message}`);
}

function json(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest(`Cannot read \`${field}\`: ${(error as Error).message}`);
  }
}
