/** The micro-world's models: a Qwen2 with 0.3 million weights each. */

import { initialize, type Model, parseConfig } from "../../../gpu/model/mod.ts";
import { deriveSeed, Random } from "../../seed.ts";
import type { Reader } from "./tokenizer_files.ts";
import { END, PAD, SPECIAL_TOKENS, TOKENS } from "./vocabulary.ts";

/** The `config.json` of both. The embedding has a multiple of 8 rows and is tied to the output. */
export const microConfig = {
  architectures: ["Qwen2ForCausalLM"],
  model_type: "qwen2",
  vocab_size: Math.ceil(TOKENS.length / 8) * 8,
  hidden_size: 96,
  intermediate_size: 256,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 4,
  head_dim: 24,
  hidden_act: "silu",
  rope_theta: 10000,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: true,
  max_position_embeddings: 256,
  eos_token_id: SPECIAL_TOKENS.indexOf(END),
  pad_token_id: SPECIAL_TOKENS.indexOf(PAD),
  torch_dtype: "float32",
} as const;

/** A model that knows nothing yet. */
export function newMicroModel(seed: number, reader: Reader): Model {
  const config = parseConfig(microConfig);
  const random = new Random(deriveSeed(seed, "initialize", reader));
  return { config, weights: initialize(config, () => random.normal()) };
}
