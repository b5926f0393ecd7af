/** From a model's answer to what came of it: take the program out, complete it, judge it. */

import type { Sandbox } from "../api.ts";
import { BadRequest } from "../bad_request.ts";
import { extractCode, type Extracted } from "../judge/extract.ts";
import type { Judge } from "../judge/judge.ts";
import type { Problem } from "../judge/problem.ts";
import type { EvalResult, SubmitRequest } from "./api.ts";
import { extractByLogic } from "./custom_extract.ts";
import { functionStart, idOf, labelsOf, problemOf, type Row } from "./row.ts";

/**
 * Judges an answer to a row's problem.
 *
 * @throws {BadRequest} where the row or the request cannot be used
 */
export async function evaluate(
  judge: Judge,
  sandbox: Sandbox,
  row: Row,
  { completion, config }: Pick<SubmitRequest, "completion" | "config">,
  signal?: AbortSignal,
): Promise<EvalResult> {
  let problem = await problemOf(row);
  const language = config.language ?? languageOf(row);
  if (problem.kind === "assert" && language !== "python") {
    throw new BadRequest(
      `Cannot judge ${language} by row ${idOf(row)}: its tests are Python assertions`,
    );
  }
  if (problem.kind === "stdio" && config.extra.checker) {
    problem = { ...problem, checker: config.extra.checker };
  }
  const extracted = config.custom_extract_logic
    ? await extractByLogic(sandbox, config.custom_extract_logic, completion, language, signal)
    : extractFor(row, completion, language);
  const { code, type } = extracted;
  const whole = completed(row, code);
  const result = type === "empty" ? { accepted: false, tests: [] } : await judge.judge({
    problem,
    code: whole,
    language,
    limits: {
      compileTimeout: config.compile_timeout ?? undefined,
      runTimeout: config.run_timeout ?? undefined,
    },
    runAll: config.extra.run_all_cases ?? false,
  }, signal);
  return {
    id: idOf(row),
    accepted: result.accepted,
    extracted_code: code,
    full_code: problem.kind === "assert" ? problem.preamble + whole : whole,
    test_code: problem.kind === "assert" ? [...problem.setup, ...problem.tests].join("\n") : null,
    tests: result.tests.map(({ passed, verdict, message, run }, i) => ({
      passed,
      exec_info: run,
      test_info: { ...testOf(problem, i), verdict, message },
    })),
    extracted_type: type,
    extra: null,
  };
}

function testOf(problem: Problem, index: number): Record<string, unknown> {
  if (problem.kind === "assert") return { test: problem.tests[index] };
  return { ...problem.tests[index] };
}

function languageOf(row: Row): string {
  const labels = labelsOf(row);
  const language = labels.execution_language ?? labels.programming_language;
  return typeof language === "string" ? language : "python";
}

/** An answer to HumanEval without a fence may be the body alone, which looks like no code that begins anywhere. */
function extractFor(row: Row, completion: string, language: string): Extracted {
  const extracted = extractCode(completion, language);
  if (typeof row.entry_point !== "string") return extracted;
  const fenced = extracted.type === "fenced" || extracted.type === "incomplete_fenced";
  return fenced || defines(completion, row.entry_point)
    ? extracted
    : { code: completion, type: completion.trim() === "" ? "empty" : "heuristic" };
}

/** The program with what the prompt had begun. */
function completed(row: Row, code: string): string {
  const { entry_point: name, prompt } = row;
  if (typeof name !== "string" || typeof prompt !== "string" || defines(code, name)) return code;
  return prompt.slice(functionStart(prompt, name)) + code;
}

function defines(code: string, name: string): boolean {
  return new RegExp(`^(async )?def ${RegExp.escape(name)}\\b`, "m").test(code);
}
