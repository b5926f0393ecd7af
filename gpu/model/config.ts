/** The shape of a decoder, read from a Hugging Face `config.json`. */

import { z } from "zod";
import { partialRotary, type Rope, ropeScaling, ropeSchema } from "./rope.ts";

/** What distinguishes the families: all are residual streams through RMSNorm, rotary attention and SwiGLU. */
const FAMILIES = {
  qwen2: { architecture: "Qwen2ForCausalLM", qkvBias: true, qkNorm: false },
  qwen3: { architecture: "Qwen3ForCausalLM", qkvBias: false, qkNorm: true },
  llama: { architecture: "LlamaForCausalLM", qkvBias: false, qkNorm: false },
  mistral: { architecture: "MistralForCausalLM", qkvBias: false, qkNorm: false },
};

const noBias = z.literal(false, "biases are supported only on Qwen2's q, k and v").nullish();

const schema = z.looseObject({
  model_type: z.enum(Object.keys(FAMILIES) as (keyof typeof FAMILIES)[]),
  architectures: z.array(z.string()).nullish(),
  vocab_size: z.int().positive(),
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  num_key_value_heads: z.int().positive().nullish(),
  head_dim: z.int().positive().nullish(),
  max_position_embeddings: z.int().positive(),
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().optional(),
  rope_parameters: ropeSchema.nullish(),
  rope_scaling: ropeSchema.nullish(),
  partial_rotary_factor: partialRotary,
  sliding_window: z.int().positive().nullish(),
  use_sliding_window: z.boolean().nullish(),
  max_window_layers: z.int().nonnegative().nullish(),
  layer_types: z.array(
    z.enum(
      ["full_attention", "sliding_attention"],
      "supported: full_attention, sliding_attention",
    ),
  ).nullish(),
  hidden_act: z.literal("silu", "only silu is supported").optional(),
  attention_bias: noBias,
  mlp_bias: noBias,
  quantization_config: z.null("quantized weights are not supported").optional(),
  tie_word_embeddings: z.boolean().default(false),
});

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
  /** How fast the rotary angles turn. */
  rope: Rope;
  /** By layer, how many of the latest tokens it attends to, itself included; null: all. */
  windows: readonly (number | null)[];
  /** Whether q, k and v have biases (Qwen2). */
  qkvBias: boolean;
  /** Whether each head of q and k is normed before it is rotated (Qwen3). */
  qkNorm: boolean;
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
  const refuse = (why: string): never => {
    throw new Error(`Cannot use the model of ${file}: ${why}`);
  };
  const type = (json as { model_type?: unknown } | null)?.model_type;
  if (typeof type !== "string" || !Object.hasOwn(FAMILIES, type)) {
    const known = Object.keys(FAMILIES).join(", ");
    return refuse(`its model_type is ${JSON.stringify(type)}; supported: ${known}`);
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const problems = result.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`);
    return refuse(problems.join("; "));
  }
  const c = result.data;
  const { architecture, qkvBias, qkNorm } = FAMILIES[c.model_type];
  if (c.architectures && !c.architectures.includes(architecture)) {
    refuse(
      `architectures: ${JSON.stringify(c.architectures)}; ${type} is supported as ${architecture}`,
    );
  }
  const kvHeads = c.num_key_value_heads ?? c.num_attention_heads;
  if (c.num_attention_heads % kvHeads !== 0) {
    refuse(`${c.num_attention_heads} heads cannot share ${kvHeads} key-value heads`);
  }
  const headSize = c.head_dim ?? c.hidden_size / c.num_attention_heads;
  // ONNX Runtime's GroupQueryAttention takes no others.
  if (headSize % 8 !== 0) {
    refuse(`its heads are ${headSize} wide; supported: multiples of 8`);
  }
  if (c.layer_types && c.layer_types.length !== c.num_hidden_layers) {
    refuse(
      `layer_types has ${c.layer_types.length} entries, num_hidden_layers is ${c.num_hidden_layers}`,
    );
  }
  // Where a file has several of them, transformers looks in this order.
  const rope = c.rope_scaling ?? c.rope_parameters;
  const theta = rope?.rope_theta ?? c.rope_theta ?? 10000;
  return {
    vocabSize: c.vocab_size,
    hiddenSize: c.hidden_size,
    intermediateSize: c.intermediate_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    kvHeads,
    headSize,
    maxPositions: c.max_position_embeddings,
    epsilon: c.rms_norm_eps,
    rope: { theta, scaling: ropeScaling(rope) },
    windows: windowsOf(c),
    qkvBias,
    qkNorm,
    tied: c.tie_word_embeddings,
    source: json as Record<string, unknown>,
  };
}

/** The window of each layer; one that the longest sequence never leaves is none. */
function windowsOf(c: z.infer<typeof schema>): (number | null)[] {
  // What transformers takes where a Mistral's file has no such key.
  const unsaid = c.model_type === "mistral" ? 4096 : null;
  const window = c.sliding_window === undefined ? unsaid : c.sliding_window;
  const slides = (layer: number): boolean => {
    if (c.model_type === "mistral") return true;
    // Qwen's files name a window whether or not it is used.
    if (c.model_type === "llama" || !c.use_sliding_window) return false;
    if (c.layer_types) return c.layer_types[layer] === "sliding_attention";
    return layer >= (c.max_window_layers ?? 28);
  };
  return Array.from(
    { length: c.num_hidden_layers },
    (_, layer) =>
      window !== null && window < c.max_position_embeddings && slides(layer) ? window : null,
  );
}
