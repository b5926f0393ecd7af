/** The caller's own way of taking code out of an answer: Python, so it runs where programs run. */

import { z } from "zod";
import type { Sandbox } from "../api.ts";
import { BadRequest } from "../bad_request.ts";
import { type Extracted, fencedBlocks } from "../judge/extract.ts";
import { pythonLiteral } from "../judge/python_literal.ts";
import { lastLines } from "../judge/verdict.ts";

/** Where a block was found, by the API's priorities. */
const TYPES = [[30, "fenced"], [20, "incomplete_fenced"], [-Infinity, "heuristic"]] as const;

const Blocks = z.array(z.object({ priority: z.number(), code: z.string(), language: z.string() }));

/**
 * Runs the logic with `completion`, `CodeBlock(priority, code, language)`, `extract_fenced_code(completion)` and
 * `submit_code_blocks(blocks)` in reach; of the blocks that it submits, the highest priority in the language counts.
 *
 * @throws {BadRequest} where the logic fails or submits nothing that is a block
 */
export async function extractByLogic(
  sandbox: Sandbox,
  logic: string,
  completion: string,
  language: string,
  signal?: AbortSignal,
): Promise<Extracted> {
  const fenced = fencedBlocks(completion).map(({ name, code, closed }) => ({
    priority: closed ? 30 : 20,
    code,
    language: name,
  }));
  const run = await sandbox.runCode({
    language: "python",
    stdin: JSON.stringify({ completion, fenced }),
    code: HEAD + `exec(compile(${pythonLiteral(logic)}, "custom_extract_logic", "exec"))\n`,
  }, signal);
  if (run.status !== "Success") {
    const why = lastLines(run.run_result?.stderr) || run.message || "it did not end in time";
    throw new BadRequest(`Cannot use config.custom_extract_logic: ${why}`);
  }
  const line = run.run_result?.stdout?.split("\n").find((line) => line.startsWith(MARK)) ?? MARK;
  const blocks = Blocks.safeParse(JSON.parse(line.slice(MARK.length) || "null"));
  if (!blocks.success) {
    throw new BadRequest("Cannot use config.custom_extract_logic: it called no submit_code_blocks");
  }
  const ranked = blocks.data.toSorted((a, b) => b.priority - a.priority);
  const best = ranked.find((block) => block.language === language) ?? ranked[0];
  if (!best) return { code: "", type: "empty" };
  const [, type] = TYPES.find(([least]) => best.priority >= least)!;
  return { code: best.code, type };
}

const MARK = "code blocks: ";

const HEAD = `
import dataclasses, json, re, sys

@dataclasses.dataclass
class CodeBlock:
    priority: int
    code: str
    language: str

_given = json.load(sys.stdin)
completion = _given["completion"]

def extract_fenced_code(completion):
    return [CodeBlock(**block) for block in _given["fenced"]]

def submit_code_blocks(blocks):
    print("\\n${MARK}" + json.dumps([dataclasses.asdict(block) for block in blocks]))

`;
