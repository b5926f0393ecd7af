/** The model of the built-in problem set: a Qwen2 with 0.2 million weights. */

import { END, PAD, SPECIAL_TOKENS, TEXT_TOKENS } from "./vocabulary.ts";

/**
 * The tiny model's `config.json`. Its embedding has a multiple of 8 rows, at least one a token; it is tied to the
 * output, and `head_dim` is hidden size by heads.
 */
export const tinyConfig = {
  architectures: ["Qwen2ForCausalLM"],
  model_type: "qwen2",
  vocab_size: Math.ceil((SPECIAL_TOKENS.length + TEXT_TOKENS.length) / 8) * 8,
  hidden_size: 96,
  intermediate_size: 256,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
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
