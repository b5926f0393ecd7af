/** Small decoders with random weights, for tests. */

import { Random } from "../../../trainer/seed.ts";
import { type DecoderConfig, parseConfig } from "../config.ts";
import { initialize } from "../initialize.ts";
import type { Model } from "../checkpoint.ts";

/** What may differ from a width of 32, heads of 16 (two queries to a key) and two tied layers. */
export interface TinyOptions {
  hiddenSize?: number;
  headSize?: number;
  vocabSize?: number;
  layers?: number;
  tied?: boolean;
  maxPositions?: number;
}

/** The sizes of a tiny decoder. */
export function tinyConfig(options: TinyOptions): DecoderConfig {
  const { hiddenSize = 32, headSize = 16 } = options;
  return parseConfig({
    model_type: "qwen2",
    vocab_size: options.vocabSize ?? 40,
    hidden_size: hiddenSize,
    intermediate_size: 2 * hiddenSize,
    num_hidden_layers: options.layers ?? 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: headSize,
    max_position_embeddings: options.maxPositions ?? 64,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    tie_word_embeddings: options.tied ?? true,
  });
}

/** A tiny decoder whose choices are far from uniform, so that a wrong one shows. */
export function tinyModel(options: TinyOptions = {}, seed = 1): Model {
  const config = tinyConfig(options);
  const random = new Random(seed);
  const weights = initialize(config, () => random.normal());
  for (const [name, { data }] of weights.tensors()) {
    // The same spread of the logits at every width.
    const scale = 20 * Math.sqrt(32 / config.hiddenSize);
    if (/embed_tokens|lm_head/.test(name)) data.forEach((x, i) => data[i] = scale * x);
    if (name.endsWith(".bias")) data.forEach((_, i) => data[i] = 0.3 * random.normal());
    if (name.endsWith("norm.weight")) data.forEach((_, i) => data[i] = 0.7 + 0.1 * random.normal());
  }
  return { config, weights };
}
