/** The decoder that the supported families share: a residual stream through blocks of attention and MLP. */

import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import type { Layout } from "./parameters.ts";
import { ropeFrequencies } from "./rope.ts";

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

/**
 * How a block mixes positions: gets q, k and v [batch, sequence, …], side by side as one tensor or apart, and returns
 * [batch, sequence, heads · headSize].
 */
export type Attend = (qkv: g.Tensor | Apart, layer: number) => g.Tensor;

/** q, k and v, each a tensor. */
export type Apart = [q: g.Tensor, k: g.Tensor, v: g.Tensor];

/** q, k and v as three tensors. */
export function apart({ heads, kvHeads, headSize }: DecoderConfig, qkv: g.Tensor | Apart): Apart {
  if (Array.isArray(qkv)) return qkv;
  return g.split(qkv, [heads, kvHeads, kvHeads].map((n) => n * headSize)) as Apart;
}

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
    let qkv: g.Tensor | Apart = linear(h, `${at}.qkv`);
    if (config.qkvBias) qkv = g.add(qkv, weights[`${at}.qkv_bias`]);
    if (config.qkNorm) {
      const [q, k, v] = apart(config, qkv);
      qkv = [
        normHeads(q, weights[`${at}.q_norm`], config.epsilon),
        normHeads(k, weights[`${at}.k_norm`], config.epsilon),
        v,
      ];
    }
    x = g.add(x, linear(attend(qkv, i), `${at}.out`));
    const h2 = g.rmsNorm(x, weights[`${at}.mlp_norm`], config.epsilon);
    const mlp = g.swiglu(linear(h2, `${at}.gate`), linear(h2, `${at}.up`));
    x = g.add(x, linear(mlp, `${at}.down`));
  }
  return x;
}

/** RMSNorm of each head by itself; x [batch, sequence, heads · headSize], weight [headSize]. */
function normHeads(x: g.Tensor, weight: g.Tensor, epsilon: number): g.Tensor {
  const size = weight.size(0);
  const heads = g.reshape(x, [...x.shape.slice(0, -1), x.size(-1) / size, size]);
  return g.reshape(g.rmsNorm(heads, weight, epsilon), x.shape);
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
  const frequencies = ropeFrequencies(config.rope, config.headSize);
  const table = g.rotaryTable(ids.graph, positions, frequencies);
  const masks = new Map(
    [...new Set(config.windows)].map((window) => [window, g.causalMask(ids, window)]),
  );
  return (qkv, layer) => {
    const [q, k, v] = apart(config, qkv);
    const mask = masks.get(config.windows[layer])!;
    return g.attention(g.rotary(q, table), g.rotary(k, table), v, mask, config);
  };
}
