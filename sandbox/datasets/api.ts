/** The data set half of the API as types; see `../api.ts`. */

import { z } from "zod";
import { RunCodeResponse } from "../api.ts";

const Id = z.union([z.number().int(), z.string()]);
const Row = z.record(z.string(), z.unknown());

/** A special judge. */
export const CheckerInput = z.object({
  code: z.string(),
  language: z.enum(["python", "cpp", "c"]),
  files: z.record(z.string(), z.string()).optional().describe("name: text"),
});

/** How a request wants a problem to be judged. */
export const TestConfig = z.object({
  dataset_type: z.string().nullish().describe("accepted; the format is found by its shape"),
  language: z.string().nullish(),
  locale: z.string().nullish(),
  is_fewshot: z.boolean().nullish(),
  compile_timeout: z.number().positive().max(86_400).nullish().describe("seconds"),
  run_timeout: z.number().positive().max(86_400).nullish().describe("seconds"),
  custom_extract_logic: z.string().nullish().describe("Python; calls submit_code_blocks"),
  provided_data: z.union([z.array(Row), Row]).nullish().describe("rows in place of a file's"),
  extra: z.object({
    run_all_cases: z.boolean().optional(),
    checker: CheckerInput.optional(),
  }).loose().default({}),
});
/** How a request wants a problem to be judged. */
export type TestConfig = z.output<typeof TestConfig>;

/** Asks for a part of a data set. */
export const GetPromptsRequest = z.object({
  dataset: z.string(),
  config: TestConfig.default({ extra: {} }),
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().nonnegative().default(1_000_000),
});
/** Asks for one problem. */
export const GetPromptByIdRequest = z.object({
  dataset: z.string(),
  config: TestConfig.default({ extra: {} }),
  id: Id,
});
/** An answer to judge. */
export const SubmitRequest = z.object({
  dataset: z.string(),
  id: Id,
  completion: z.string(),
  config: TestConfig.default({ extra: {} }),
});
/** An answer to judge. */
export type SubmitRequest = z.output<typeof SubmitRequest>;

/** A problem as a model is asked it. */
export const Prompt = z.object({
  id: Id,
  prompt: z.string(),
  labels: z.record(z.string(), z.unknown()).default({}),
});
/** A problem as a model is asked it. */
export type Prompt = z.output<typeof Prompt>;

/** What came of an answer. */
export const EvalResult = z.object({
  id: Id,
  accepted: z.boolean(),
  extracted_code: z.string(),
  full_code: z.string().nullish(),
  test_code: z.string().nullish(),
  tests: z.array(z.object({
    passed: z.boolean(),
    exec_info: RunCodeResponse,
    test_info: z.record(z.string(), z.unknown()).nullish(),
  })),
  extracted_type: z.enum(["fenced", "incomplete_fenced", "heuristic", "empty"]).nullish(),
  extra: z.record(z.string(), z.unknown()).nullish(),
});
/** What came of an answer. */
export type EvalResult = z.output<typeof EvalResult>;

/** Asks for a summary of results. */
export const GetMetricsRequest = z.object({
  dataset: z.string(),
  config: TestConfig.default({ extra: {} }),
  results: z.array(EvalResult.pick({ id: true, accepted: true })),
});
