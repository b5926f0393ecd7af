/** The shape of a decoder, read from a Hugging Face `config.json`. */

import { z } from "zod";

const schema = z.object({
  model_type: z.literal("qwen2"),
  vocab_size: z.int().positive(),
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  num_key_value_heads: z.int().positive(),
  head_dim: z.int().positive().nullish(),
  max_position_embeddings: z.int().positive(),
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().optional(),
  rope_parameters: z.looseObject({ rope_theta: z.number().positive().optional() }).nullish(),
  rope_scaling: z.null("scaled rotary angles are not supported").optional(),
  use_sliding_window: z.literal(false, "a sliding window is not supported").optional(),
  layer_types: z.array(z.literal("full_attention", "only full_attention is supported")).nullish(),
  hidden_act: z.literal("silu", "only silu is supported").optional(),
  tie_word_embeddings: z.boolean().default(false),
}).loose();

/** The sizes that decide a decoder's graphs; names follow the transformers library where it has one. */
export interface DecoderConfig {
  /** Tokens that it knows. */
  vocabSize: number;
  /** Width of the residual stream. */
  hiddenSize: number;
  /** Width inside an MLP. */
  intermediateSize: number;
  /** Blocks. */
  layers: number;
  /** Query heads a block. */
  heads: number;
  /** Key and value heads a block. */
  kvHeads: number;
  /** Width of a head. */
  headSize: number;
  /** The longest sequence it was made for. */
  maxPositions: number;
  /** Added to the mean square in RMSNorm. */
  epsilon: number;
  /** Base of the rotary angles. */
  ropeTheta: number;
  /** Whether logits come from the embedding's own matrix. */
  tied: boolean;
  /** The whole file, to be written back beside a checkpoint. */
  source: Record<string, unknown>;
}

/**
 * Reads a `config.json`.
 *
 * @param json the file's parsed content
 * @param file its path, for messages
 * @throws an error that names what is not supported
 */
export function parseConfig(json: unknown, file = "config.json"): DecoderConfig {
  const type = (json as { model_type?: unknown } | null)?.model_type;
  if (type !== "qwen2") {
    throw new Error(
      `Cannot use the model of ${file}: its model_type is ${
        JSON.stringify(type)
      }; supported: "qwen2"`,
    );
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const problems = result.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`);
    throw new Error(`Cannot use the model of ${file}: ${problems.join("; ")}`);
  }
  const c = result.data;
  const rope = c.rope_parameters;
  if (rope?.rope_type !== undefined && rope.rope_type !== "default") {
    throw new Error(
      `Cannot use the model of ${file}: rope_type ${
        JSON.stringify(rope.rope_type)
      } is not supported`,
    );
  }
  if (c.num_attention_heads % c.num_key_value_heads !== 0) {
    throw new Error(
      `Cannot use the model of ${file}: ${c.num_attention_heads} heads cannot share ${c.num_key_value_heads} key-value heads`,
    );
  }
  const headSize = c.head_dim ?? c.hidden_size / c.num_attention_heads;
  // ONNX Runtime's GroupQueryAttention takes no others.
  if (headSize % 8 !== 0) {
    throw new Error(
      `Cannot use the model of ${file}: its heads are ${headSize} wide; supported: multiples of 8`,
    );
  }
  return {
    vocabSize: c.vocab_size,
    hiddenSize: c.hidden_size,
    intermediateSize: c.intermediate_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    kvHeads: c.num_key_value_heads,
    headSize,
    maxPositions: c.max_position_embeddings,
    epsilon: c.rms_norm_eps,
    ropeTheta: c.rope_theta ?? rope?.rope_theta ?? 10000,
    tied: c.tie_word_embeddings,
    source: json as Record<string, unknown>,
  };
}
