/** What both sides compute: the same decoder, random tokens, the same loss. */

import { type DecoderConfig, layoutOf, ParameterArray, parseConfig } from "../gpu/model/mod.ts";
import type { PolicyLossOptions } from "../trainer/algorithm/policy_loss.ts";
import { deriveSeed, Random } from "../trainer/seed.ts";

/** Sizes of a decoder with tied embeddings; a head is hidden / heads wide. `qwen2.py` reads the same names. */
export interface Shape extends Record<string, number> {
  vocab: number;
  hidden: number;
  layers: number;
  heads: number;
  kvHeads: number;
  intermediate: number;
}

/** A decoder of that shape, with weights as the transformers library draws them (σ = 0.02, norms 1, biases 0). */
export function randomModel(shape: Shape): { config: DecoderConfig; weights: ParameterArray } {
  const config = parseConfig({
    model_type: "qwen2",
    vocab_size: shape.vocab,
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    max_position_embeddings: 1024,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    tie_word_embeddings: true,
  });
  const weights = new ParameterArray(layoutOf(config));
  // Drawing 88 million numbers would take longer than the benchmark: a table of prime length goes round instead.
  const random = new Random(deriveSeed("bench"));
  const table = Float32Array.from({ length: 65521 }, () => 0.02 * random.normal());
  for (const [name, { data, shape }] of weights.tensors()) {
    if (shape.length === 2) {
      for (let i = 0; i < data.length; i++) data[i] = table[i % table.length];
    } else if (name.endsWith("norm.weight")) data.fill(1);
  }
  return { config, weights };
}

/** `rows` random prompts of `length` tokens. */
export function randomTokens(rows: number, length: number, vocab: number, seed = 0): number[][] {
  const random = new Random(deriveSeed("tokens", seed));
  return Array.from({ length: rows }, () => Array.from({ length }, () => random.int(vocab)));
}

/** GRPO's clipped loss alone: no entropy bonus, no KL, nothing off-policy. */
export const CLIPPED_LOSS: PolicyLossOptions = {
  off_policy_reshape: "p_div_p_0.1",
  off_policy_reshape_weight: 1,
  off_policy_reshape_pow_exp: 0.5,
  off_policy_max_clip: -1,
  off_policy_min_clip: -1,
  all_max_clip: -1,
  loss_remove_clip: false,
  clip_ratio_low: 0.2,
  clip_ratio_high: 0.2,
  entropy_coeff: 0,
  use_kl_loss: false,
  kl_loss_coef: 0,
};
