/** TACO's and APPS' `input_output` as tests: arXiv 2502.03492, appendix on data. */

import type { StdioTest } from "../../../sandbox/judge/problem.ts";
import { pythonLiteral } from "../../../sandbox/judge/python_literal.ts";

/** Tests of a row. */
export interface PreparedTests {
  /** Whole programs' tests, or assertions. */
  tests: StdioTest[] | string[];
  /** The function that the assertions call; null for whole programs. */
  functionName: string | null;
}

/** A number as the file spells it: a Python integer has as many digits as it likes. */
class Digits {
  constructor(readonly source: string) {}
}

/**
 * The tests of an `input_output`, without those that cannot be run.
 *
 * @param inputOutput JSON; some files hold the object itself
 * @throws {Error} where it is not JSON, or not of this form
 */
export function testsOf(inputOutput: unknown): PreparedTests {
  if (typeof inputOutput === "string" && inputOutput.trim() === "") {
    return { tests: [], functionName: null };
  }
  const parsed = typeof inputOutput === "string"
    ? JSON.parse(inputOutput, keepDigits as (key: string, value: unknown) => unknown)
    : inputOutput;
  const { inputs, outputs, fn_name } = Object(parsed) as Record<string, unknown>;
  if (!Array.isArray(inputs) || !Array.isArray(outputs)) {
    throw new Error("input_output has no lists `inputs` and `outputs`");
  }
  // As Python's zip: where one list is longer, its rest is nothing.
  const pairs = inputs.slice(0, outputs.length).map((input, i) => [input, first(outputs[i])]);
  if (typeof fn_name !== "string" || fn_name === "") {
    return { tests: pairs.flatMap(([input, output]) => stdio(input, output)), functionName: null };
  }
  const tests = pairs.flatMap(([input, output]) => {
    if (!Array.isArray(input)) return [];
    const args = input.map(argument).join(", ");
    return [`assert ${fn_name}(${args}) == ${argument(output)}`];
  });
  return { tests, functionName: fn_name };
}

/** A non-empty list of outputs is its first one. */
const first = (output: unknown) => Array.isArray(output) && output.length > 0 ? output[0] : output;

/** Inputs such as `n = 5` or `[]` are the arguments of functions, written down as texts; no program reads them so. */
function stdio(input: unknown, output: unknown): StdioTest[] {
  if (typeof input !== "string" || typeof output !== "string") return [];
  if (input.includes(" = ") || input.includes("[]")) return [];
  return [{ input: { stdin: input }, output: { stdout: output } }];
}

function keepDigits(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === "number" ? new Digits(source!) : value;
}

/** An argument or a result; JSON has only texts as keys, so that a dictionary of numbers has become one of texts. */
function argument(value: unknown): string {
  const dictionary = typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Digits);
  if (!dictionary || !Object.keys(value).every((key) => /^-?\d+$/.test(key))) {
    return pythonRepr(value);
  }
  return `{${
    Object.entries(value).map(([key, item]) => `${key}: ${pythonRepr(item)}`).join(", ")
  }}`;
}

/** Rows that stem from LeetCode hold texts in quotes of their own; the published code takes those off, too. */
function unquoted(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  try {
    const inner = JSON.parse(text);
    return typeof inner === "string" ? inner : text;
  } catch {
    return text;
  }
}

/** A JSON value as Python writes it. */
function pythonRepr(value: unknown): string {
  if (value instanceof Digits) return value.source;
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return pythonLiteral(unquoted(value));
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(", ")}]`;
  const items = Object.entries(value).map(([key, item]) =>
    `${pythonLiteral(key)}: ${pythonRepr(item)}`
  );
  return `{${items.join(", ")}}`;
}
