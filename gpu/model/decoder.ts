/** The decoder that the supported families share: a residual stream through blocks of attention and MLP. */

import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import { adaptation, type AdapterShape, declareAdapter } from "./lora.ts";
import { isFactor, type Layout } from "./parameters.ts";

/** A graph's view of the weights, by block name. */
export type Weights = Record<string, g.Tensor>;

/**
 * Declares the weights, factors of `type` and all others float32: as inputs, so that an update is seen by the next run (`live`, or `trained`, into which
 * gradients flow too), or as constants that are packed for speed when the graph is compiled (`packed`). Beside an
 * adapter the base is never trained, and the adapter never packed.
 */
export function declareWeights(
  graph: g.Graph,
  layout: Layout,
  kind: "live" | "trained" | "packed",
  type: g.FloatType,
  adapter?: AdapterShape,
): Weights {
  const base = kind === "trained" && adapter ? "live" : kind;
  const declared = Object.fromEntries(
    layout.blocks.map(({ name, shape }) => [
      name,
      base === "packed"
        ? graph.external(name, shape)
        : graph.input(name, shape, isFactor(name) ? type : "float32", {
          differentiable: base === "trained",
        }),
    ]),
  );
  if (!adapter) return declared;
  const adapted = declareAdapter(graph, adapter, kind === "trained" ? "trained" : "live", type);
  return { ...declared, ...adapted };
}

/**
 * How a block mixes positions: gets q, k and v [...positions, …], side by side as one tensor or apart, and returns
 * [...positions, heads · headSize].
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
 * @param ids [...positions], int64: [tokens], or [batch, sequence]
 * @param counted [n] the tokens where the stream is wanted, each once; everywhere, where left out
 * @returns [...positions, hiddenSize], or [n, hiddenSize]
 */
export function decoder(
  config: DecoderConfig,
  weights: Weights,
  ids: g.Tensor,
  attend: Attend,
  counted?: g.Tensor,
): g.Tensor {
  let x = g.gatherRows(weights.embedding, ids);
  for (let i = 0; i < config.layers; i++) {
    const wanted = i === config.layers - 1 ? counted : undefined;
    x = block(config, weights, `layers.${i}`, x, (qkv) => attend(qkv, i), wanted);
  }
  return x;
}

/**
 * One block: attention and MLP, each beside the stream x [...positions, hiddenSize].
 *
 * Stream and norms are float32; the products, and what lies between them, are of the weights' type.
 *
 * @param counted as {@linkcode decoder} has it: above the attention, nothing is computed for other positions
 */
export function block(
  config: DecoderConfig,
  weights: Weights,
  at: string,
  x: g.Tensor,
  attend: (qkv: g.Tensor | Apart) => g.Tensor,
  counted?: g.Tensor,
): g.Tensor {
  const wanted = (y: g.Tensor) => counted ? g.selectRows(y, counted) : y;
  const product = (x: g.Tensor, name: string) =>
    g.matmul(x, weights[`${at}.${name}`], { transposeB: true });
  const linear = (x: g.Tensor, name: string) => {
    const y = product(x, name), more = adaptation(x, weights, at, name).get(name);
    return more ? g.add(y, more) : y;
  };
  const { type } = weights[`${at}.qkv`];
  const normed = (x: g.Tensor, name: string) =>
    g.cast(g.rmsNorm(x, weights[`${at}.${name}`], config.epsilon), type);
  const h = normed(x, "attention_norm");
  let qkv: g.Tensor | Apart = product(h, "qkv");
  if (config.qkvBias) qkv = g.add(qkv, weights[`${at}.qkv_bias`]);
  const more = adaptation(h, weights, at, "qkv", ["q", "k", "v"]);
  if (more.size > 0) {
    const [q, k, v] = apart(config, qkv);
    const adapted = (y: g.Tensor, name: string) => more.has(name) ? g.add(y, more.get(name)!) : y;
    qkv = [adapted(q, "q"), adapted(k, "k"), adapted(v, "v")];
  }
  if (config.qkNorm) {
    const [q, k, v] = apart(config, qkv);
    qkv = [
      normHeads(q, weights[`${at}.q_norm`], config.epsilon),
      normHeads(k, weights[`${at}.k_norm`], config.epsilon),
      v,
    ];
  }
  const mixed = g.add(wanted(x), g.cast(linear(wanted(attend(qkv)), "out"), "float32"));
  const h2 = normed(mixed, "mlp_norm");
  const mlp = g.swiglu(linear(h2, "gate"), linear(h2, "up"));
  return g.add(mixed, g.cast(linear(mlp, "down"), "float32"));
}

/** RMSNorm of each head by itself; x [...positions, heads · headSize], weight [headSize]. */
function normHeads(x: g.Tensor, weight: g.Tensor, epsilon: number): g.Tensor {
  const size = weight.size(0);
  const heads = g.reshape(x, [...x.shape.slice(0, -1), x.size(-1) / size, size]);
  const normed = g.rmsNorm(g.cast(heads, "float32"), weight, epsilon);
  return g.reshape(g.cast(normed, x.type), x.shape);
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
