/** The Qwen2 decoder: a residual stream through blocks of attention and MLP. */

import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import type { Layout } from "./parameters.ts";

/** A graph's view of the weights, by block name. */
export type Weights = Record<string, g.Tensor>;

/**
 * Declares the weights: as inputs, so that an update is seen by the next run (`live`, or `trained`, into which
 * gradients flow too), or as constants that are packed for speed when the graph is compiled (`packed`).
 */
export function declareWeights(
  graph: g.Graph,
  layout: Layout,
  kind: "live" | "trained" | "packed",
): Weights {
  return Object.fromEntries(
    layout.blocks.map(({ name, shape }) => [
      name,
      kind === "packed"
        ? graph.external(name, shape)
        : graph.input(name, shape, "float32", { differentiable: kind === "trained" }),
    ]),
  );
}

/** How a block mixes positions: gets q, k and v side by side [batch, sequence, …], returns [batch, sequence, heads · headSize]. */
export type Attend = (qkv: g.Tensor, layer: number) => g.Tensor;

/**
 * From token ids to the residual stream after the last block, before the final norm.
 *
 * @param ids [batch, sequence], int64
 * @returns [batch, sequence, hiddenSize]
 */
export function decoder(
  config: DecoderConfig,
  weights: Weights,
  ids: g.Tensor,
  attend: Attend,
): g.Tensor {
  const linear = (x: g.Tensor, weight: string) =>
    g.matmul(x, weights[weight], { transposeB: true });
  let x = g.gatherRows(weights.embedding, ids);
  for (let i = 0; i < config.layers; i++) {
    const at = `layers.${i}`;
    const h = g.rmsNorm(x, weights[`${at}.attention_norm`], config.epsilon);
    const qkv = g.add(linear(h, `${at}.qkv`), weights[`${at}.qkv_bias`]);
    x = g.add(x, linear(attend(qkv, i), `${at}.out`));
    const h2 = g.rmsNorm(x, weights[`${at}.mlp_norm`], config.epsilon);
    const mlp = g.swiglu(linear(h2, `${at}.gate`), linear(h2, `${at}.up`));
    x = g.add(x, linear(mlp, `${at}.down`));
  }
  return x;
}

/** The logits [n, vocabSize] of rows [n, hiddenSize] of the stream, times `scale` (1 / temperature). */
export function logits(
  config: DecoderConfig,
  weights: Weights,
  rows: g.Tensor,
  scale = 1,
): g.Tensor {
  const normal = g.rmsNorm(rows, weights.final_norm, config.epsilon);
  const head = config.tied ? weights.embedding : weights.head;
  return g.matmul(normal, head, { transposeB: true, scale });
}

/** Attention over whole sequences at once, for training. */
export function fullAttention(config: DecoderConfig, ids: g.Tensor, positions: number): Attend {
  const table = g.rotaryTable(ids.graph, positions, config.headSize, config.ropeTheta);
  const mask = g.causalMask(ids);
  const q = config.heads * config.headSize, kv = config.kvHeads * config.headSize;
  return (qkv) => {
    const [queries, keys, values] = g.split(qkv, [q, kv, kv]);
    return g.attention(g.rotary(queries, table), g.rotary(keys, table), values, mask, config);
  };
}
