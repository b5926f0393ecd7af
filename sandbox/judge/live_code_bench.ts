/** LiveCodeBench's tests: base64 of zlib of a pickle of JSON, of programs and of functions. */

import { z } from "zod";
import { base64Bytes } from "../base64.ts";
import { inflateLimited } from "./inflate.ts";
import { readPickle } from "./pickle.ts";
import type { Problem } from "./problem.ts";
import { pythonLiteral } from "./python_literal.ts";

/** What the tests of a file may unpack to: a few kilobytes of zlib can hold gigabytes. */
const MOST_BYTES = 256 * 2 ** 20;

/** The tests as SandboxFusion serves them: parallel lists, and the function's name for call-based problems. */
const InputOutput = z.object({
  inputs: z.array(z.string()).min(1),
  outputs: z.array(z.string()),
  fn_name: z.string().nullish(),
}).refine(({ inputs, outputs }) => inputs.length === outputs.length, {
  message: "inputs and outputs differ in number",
});

/** The tests as the benchmark's own files have them. */
const Cases = z.array(z.object({ input: z.string(), output: z.string() })).min(1);

/**
 * A problem from an encoded list of tests.
 *
 * @param encoded base64 → zlib → pickle → JSON, or JSON itself
 * @param functionName the function to call, from the row's `metadata.func_name`; without one, a whole program is run
 * @throws {Error} where the text is none of these
 */
export async function liveCodeBenchProblem(
  encoded: string,
  functionName: string | null = null,
): Promise<Problem> {
  const parsed = JSON.parse(await decoded(encoded));
  if (Array.isArray(parsed)) return problemOf(Cases.parse(parsed), functionName);
  const { inputs, outputs, fn_name } = InputOutput.parse(parsed);
  const cases = inputs.map((input, i) => ({ input, output: outputs[i] }));
  return problemOf(cases, fn_name ?? functionName);
}

async function decoded(encoded: string): Promise<string> {
  if (/^\s*[[{]/.test(encoded)) return encoded;
  const pickled = readPickle(await inflateLimited(base64Bytes(encoded), MOST_BYTES));
  if (typeof pickled === "string") return pickled;
  if (typeof pickled.input_output === "string") return pickled.input_output;
  throw new Error("Cannot read the tests: the pickle has no input_output");
}

function problemOf(cases: z.output<typeof Cases>, functionName: string | null): Problem {
  if (!functionName) {
    return {
      kind: "stdio",
      tests: cases.map(({ input, output }) => ({
        input: { stdin: input },
        output: { stdout: output },
      })),
    };
  }
  return {
    kind: "assert",
    preamble: IMPORTS,
    setup: [CALL + `_name = ${pythonLiteral(functionName)}\n`],
    tests: cases.map(({ input, output }) =>
      `_case(${pythonLiteral(input)}, ${pythonLiteral(output)})`
    ),
    names: [],
  };
}

/** What LeetCode has imported before a solution begins. */
const IMPORTS = ["string", "re", "collections", "heapq", "bisect", "copy", "math", "random"]
  .concat(["itertools", "functools", "operator", "typing"])
  .map((module) => `import ${module}\nfrom ${module} import *\n`).join("") +
  "import datetime, json, sys\nfrom builtins import *\n";

/** Each line of an input is an argument; lists and tuples are the same. */
const CALL = `
import json as _json

def _plain(v):
    return [_plain(x) for x in v] if isinstance(v, (list, tuple)) else v

def _function():
    try:
        solution = Solution
    except NameError:
        import solution
        return getattr(solution, _name)
    return getattr(solution(), _name)

def _case(arguments, expected):
    arguments = [_json.loads(line) for line in arguments.split("\\n") if line.strip()]
    expected = _plain(_json.loads(expected))
    got = _plain(_function()(*arguments))
    assert got == expected, "expected %r, got %r" % (expected, got)

`;
