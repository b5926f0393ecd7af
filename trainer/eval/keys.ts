/** Every key of an evaluation, once. */

import { z } from "zod";
import {
  columns,
  envName,
  files,
  httpUrl,
  key,
  nonNegative,
  nucleus,
  oneOf,
  orNull,
  positive,
  section,
  text,
  whole,
} from "../config/key.ts";
import { KeySet } from "../config/key_set.ts";

const schema = z.strictObject({
  benchmark: key(
    orNull(text),
    null,
    "aime24, aime25, amc23, math500, minerva, olympiad or gsm8k (from the hub, or data.files); " +
      "secret_numbers (built in); or a Parquet or JSONL file",
  ),
  model: key(
    orNull(text),
    null,
    "folder of a checkpoint, a run or a model; a hub id; or, with endpoint, the model's name there. " +
      "null: the newest checkpoint under runs/",
  ),
  endpoint: key(orNull(httpUrl), null, "OpenAI-compatible server that answers, /v1 included"),
  k: key(whole(1), 1, "answers a problem"),
  temperature: key(
    orNull(nonNegative),
    null,
    "divides the logits; 0 is greedy. null: 0 where k is 1, else 0.6",
  ),
  top_p: key(orNull(nucleus), null, "nucleus; 1: off. null: 1 where greedy, else 0.95"),
  max_tokens: key(whole(1), 6144, "tokens of an answer"),
  seed: key(whole(0), 0, "draws and intervals follow from it; of secret_numbers, trainer.seed"),
  out: key(orNull(text), null, "folder of responses.jsonl and results.json. null: in runs/eval/"),
  data: section({
    files: key(files, [], "Parquet or JSONL to read instead of the hub"),
    prompt_key: key(
      orNull(columns),
      null,
      "column of the question or the chat. null: prompt, question, problem, ...",
    ),
    ground_truth_key: key(
      orNull(columns),
      null,
      "column of the gold answer. null: ground_truth, answer, ..., else reward_model.ground_truth",
    ),
    unparsable_gold: key(
      oneOf("error", "drop"),
      "error",
      "a gold answer that the verifier cannot parse is an error, or its row is left out and counted",
    ),
  }),
  api_key_env: key(
    envName,
    "OPENAI_API_KEY",
    "environment variable that holds the endpoint's key",
  ),
  concurrency: key(whole(1), 16, "requests to the endpoint under way"),
  timeout_s: key(positive, 300, "seconds that one request may take"),
  max_attempts: key(whole(1), 8, "requests for one answer before it is given up"),
  max_num_seqs: key(whole(1), 64, "sequences that a local model decodes side by side"),
  threads: key(whole(0), 0, "CPU threads of a local model; 0: all cores"),
});

/** The keys of an evaluation. */
export const evaluationKeys: KeySet<typeof schema> = new KeySet(schema, "k=4");

/** A complete, checked evaluation. */
export interface EvaluationSettings extends z.infer<typeof schema> {}

/** How answers are drawn; the paper's values where nothing is set: greedy pass@1, T 0.6 and top_p 0.95 for pass@k. */
export function samplingOf(
  { k, temperature, top_p }: EvaluationSettings,
): { temperature: number; topP: number } {
  const drawn = temperature ?? (k === 1 ? 0 : 0.6);
  return { temperature: drawn, topP: top_p ?? (drawn === 0 ? 1 : 0.95) };
}
