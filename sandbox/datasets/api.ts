/** The data set half of the API as types; see `../api.ts`. */

import { z } from "zod";
import { runCodeResponseSchema } from "../api.ts";

const Id = z.union([z.number().int(), z.string()]);
const Row = z.record(z.string(), z.unknown());

/** A special judge. */
export const checkerInputSchema = z.object({
  code: z.string(),
  language: z.enum(["python", "cpp", "c"]),
  files: z.record(z.string(), z.string()).optional().describe("name: text"),
});

/** How a request wants a problem to be judged. */
export const testConfigSchema = z.object({
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
    checker: checkerInputSchema.optional(),
  }).loose().default({}),
});
/** @internal */
type ParsedTestConfig = z.output<typeof testConfigSchema>;
/** How a request wants a problem to be judged. */
export interface TestConfig extends ParsedTestConfig {}

/** Asks for a part of a data set. */
export const getPromptsRequestSchema = z.object({
  dataset: z.string(),
  config: testConfigSchema.default({ extra: {} }),
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().nonnegative().default(1_000_000),
});
/** Asks for one problem. */
export const getPromptByIdRequestSchema = z.object({
  dataset: z.string(),
  config: testConfigSchema.default({ extra: {} }),
  id: Id,
});
/** An answer to judge. */
export const submitRequestSchema = z.object({
  dataset: z.string(),
  id: Id,
  completion: z.string(),
  config: testConfigSchema.default({ extra: {} }),
});
/** @internal */
type ParsedSubmitRequest = z.output<typeof submitRequestSchema>;
/** @internal */
type WrittenSubmitRequest = z.input<typeof submitRequestSchema>;
/** An answer to judge, as a caller writes it. */
export interface SubmitInput extends WrittenSubmitRequest {}
/** An answer to judge, with defaults filled in. */
export interface SubmitRequest extends ParsedSubmitRequest {}

/** A problem as a model is asked it. */
export const promptSchema = z.object({
  id: Id,
  prompt: z.string(),
  labels: z.record(z.string(), z.unknown()).default({}),
});
/** @internal */
type ParsedPrompt = z.output<typeof promptSchema>;
/** A problem as a model is asked it. */
export interface Prompt extends ParsedPrompt {}

/** What came of an answer. */
export const evalResultSchema = z.object({
  id: Id,
  accepted: z.boolean(),
  extracted_code: z.string(),
  full_code: z.string().nullish(),
  test_code: z.string().nullish(),
  tests: z.array(z.object({
    passed: z.boolean(),
    exec_info: runCodeResponseSchema,
    test_info: z.record(z.string(), z.unknown()).nullish(),
  })),
  extracted_type: z.enum(["fenced", "incomplete_fenced", "heuristic", "empty"]).nullish(),
  extra: z.record(z.string(), z.unknown()).nullish(),
});
/** @internal */
type ParsedEvalResult = z.output<typeof evalResultSchema>;
/** What came of an answer. */
export interface EvalResult extends ParsedEvalResult {}

/** Asks for a summary of results. */
export const getMetricsRequestSchema = z.object({
  dataset: z.string(),
  config: testConfigSchema.default({ extra: {} }),
  results: z.array(evalResultSchema.pick({ id: true, accepted: true })),
});
