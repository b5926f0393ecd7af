/**
 * The decoder one step at a time, over a key-value cache that is read and written in place.
 *
 * Two graphs: `prefill` puts a prompt's keys and values into the cache and computes nothing else; `step` takes the
 * newest token of each sequence and draws the next one. A prompt's last token goes through `step`, so that sequences
 * with the same prompt share one prefill and draw apart.
 */

import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import { type Apart, apart, type Attend, declareWeights, decoder, logits } from "./decoder.ts";
import type { AdapterShape } from "./lora.ts";
import type { Layout } from "./parameters.ts";
import { ropeFrequencies } from "./rope.ts";
import { sampler, type SamplerKind } from "./sampler.ts";

/** Names of a layer's cache: `key.0`, `value.0`, … as inputs, with `.next` as outputs over the same memory. */
export function cacheNames(config: DecoderConfig): string[] {
  return Array.from({ length: config.layers }, (_, i) => [`key.${i}`, `value.${i}`]).flat();
}

/**
 * Cached grouped-query attention. Declares `lengths` [batch] int32 (tokens in the cache after this run, less one),
 * `longest` [] int32 (their maximum, plus one) and the cache [batch, kvHeads, capacity, headSize], of `type`.
 */
function cachedAttention(
  config: DecoderConfig,
  graph: g.Graph,
  positions: number,
  kind: "prefill" | "step",
  type: g.FloatType,
): Attend {
  const { heads, kvHeads, headSize } = config;
  const table = g.rotaryTable(graph, positions, ropeFrequencies(config.rope, headSize), type);
  const sequence = kind === "step" ? 1 : "sequence";
  const lengths = graph.input("lengths", ["batch"], "int32");
  const longest = graph.input("longest", [], "int32");
  const shape = ["batch", kvHeads, "capacity", headSize];
  // GroupQueryAttention rotates by itself, but only heads of a multiple of 16.
  const rotates = headSize % 16 === 0;
  const at = kind === "step" && !rotates
    ? g.reshape(g.cast(lengths, "int64"), ["batch", 1])
    : undefined;
  const operands = (qkv: g.Tensor | Apart): (g.Tensor | null)[] => {
    if (rotates) return Array.isArray(qkv) ? qkv : [qkv, null, null];
    const [q, k, v] = apart(config, qkv);
    return [g.rotary(q, table, at), g.rotary(k, table, at), v];
  };
  return (qkv, layer) => {
    const cache = [`key.${layer}`, `value.${layer}`].map((name) => graph.input(name, shape, type));
    const [mixed, key, value] = graph.multi(
      "GroupQueryAttention",
      [
        ...operands(qkv),
        ...cache,
        lengths,
        longest,
        ...(rotates ? [table.cos, table.sin] : []),
      ],
      [["batch", sequence, heads * headSize], shape, shape],
      {
        type,
        domain: g.MICROSOFT,
        attributes: {
          num_heads: heads,
          kv_num_heads: kvHeads,
          do_rotary: rotates ? 1 : 0,
          local_window_size: config.windows[layer] ?? -1,
        },
      },
    );
    graph.output(`key.${layer}.next`, key);
    graph.output(`value.${layer}.next`, value);
    return mixed;
  };
}

/** ids [batch, sequence] → the cache. */
export function prefillGraph(
  config: DecoderConfig,
  layout: Layout,
  positions: number,
  type: g.FloatType,
  adapter?: AdapterShape,
): g.Graph {
  const graph = new g.Graph();
  const weights = declareWeights(graph, layout, "live", type, adapter);
  const ids = graph.input("ids", ["batch", "sequence"], "int64");
  decoder(config, weights, ids, cachedAttention(config, graph, positions, "prefill", type));
  return graph;
}

/** ids [batch, 1] → the cache, `token` [batch, 1] int64 and `logProb` [batch, 1]. */
export function stepGraph(
  config: DecoderConfig,
  layout: Layout,
  positions: number,
  kind: SamplerKind,
  weightKind: "live" | "packed",
  type: g.FloatType,
  adapter?: AdapterShape,
): g.Graph {
  const graph = new g.Graph();
  const weights = declareWeights(graph, layout, weightKind, type, adapter);
  const ids = graph.input("ids", ["batch", 1], "int64");
  const attend = cachedAttention(config, graph, positions, "step", type);
  const stream = decoder(config, weights, ids, attend);
  const { token, logProb } = sampler(
    logits(config, weights, g.reshape(stream, ["batch", config.hiddenSize])),
    kind,
  );
  graph.output("token", token);
  graph.output("logProb", logProb);
  return graph;
}
