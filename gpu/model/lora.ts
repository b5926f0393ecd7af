/**
 * Low-rank adapters (Hu et al. 2021, §4.1): W·x becomes W·x + alpha/rank · B·A·x, where only A [rank, in] and B [out, rank]
 * learn.
 *
 * The products stand beside the base's own in every graph, decoding included. Merged into the weights they would cost a
 * second copy of the base, or let it drift as they are added and taken away; as products they add 2·rank/width of a
 * layer's work.
 */

import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import { type BlockTensors, type Layout, layOut, ParameterArray } from "./parameters.ts";

/** The matrices that can be adapted, by the names that PEFT and verl give them. */
export const LORA_TARGETS = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
] as const;

/** One of {@linkcode LORA_TARGETS}. */
export type LoraTarget = typeof LORA_TARGETS[number];

/** What decides an adapter. */
export interface LoraSettings {
  /** Width of the bottleneck. */
  rank: number;
  /** The adapter's product is multiplied by alpha / rank. */
  alpha: number;
  /** Which matrices of every layer. */
  targets: readonly LoraTarget[];
}

/** An adapter of a model. */
export interface Adapter {
  /** Rank, alpha, targets. */
  settings: LoraSettings;
  /** A and B of each target under PEFT's names. */
  weights: ParameterArray;
  /** The model that it belongs to: a folder or a hub id. */
  base: string;
}

/** What a graph must know of an adapter. */
export type AdapterShape = Pick<Adapter, "settings"> & { weights: { layout: Layout } };

/** Blocks of a layer: what shares an input is one product with A; B is one for each. */
const GROUPS: { input: string; parts: { target: LoraTarget; name: string; module: string }[] }[] = [
  {
    input: "qkv",
    parts: (["q", "k", "v"] as const).map((name) => ({
      target: `${name}_proj` as const,
      name,
      module: `self_attn.${name}_proj`,
    })),
  },
  { input: "out", parts: [{ target: "o_proj", name: "out", module: "self_attn.o_proj" }] },
  ...(["gate", "up", "down"] as const).map((name) => ({
    input: name,
    parts: [{ target: `${name}_proj` as const, name, module: `mlp.${name}_proj` }],
  })),
];

/** The layout of an adapter; names are those of PEFT's files. */
export function adapterLayout(config: DecoderConfig, { rank, targets }: LoraSettings): Layout {
  const { hiddenSize: d, intermediateSize: f } = config;
  const q = config.heads * config.headSize, kv = config.kvHeads * config.headSize;
  const sizes: Record<LoraTarget, [out: number, width: number]> = {
    q_proj: [q, d],
    k_proj: [kv, d],
    v_proj: [kv, d],
    o_proj: [d, q],
    gate_proj: [f, d],
    up_proj: [f, d],
    down_proj: [d, f],
  };
  const blocks: BlockTensors[] = [];
  for (let i = 0; i < config.layers; i++) {
    for (const { input, parts } of GROUPS) {
      const adapted = parts.filter(({ target }) => targets.includes(target));
      if (adapted.length === 0) continue;
      const name = (module: string, matrix: "A" | "B") =>
        `base_model.model.model.layers.${i}.${module}.lora_${matrix}.weight`;
      blocks.push([
        `layers.${i}.${input}.lora_a`,
        ...adapted.map(({ target, module }): [string, number[]] => [
          name(module, "A"),
          [rank, sizes[target][1]],
        ]),
      ]);
      for (const { target, module, name: part } of adapted) {
        blocks.push([
          `layers.${i}.${part}.lora_b`,
          [name(module, "B"), [sizes[target][0], rank]],
        ]);
      }
    }
  }
  return layOut(blocks);
}

/**
 * An adapter that changes nothing yet: A uniform within ±1/√in (PyTorch's way to draw a linear layer, as PEFT does),
 * B zero.
 *
 * @param uniform draws in [0, 1)
 */
export function initializeAdapter(
  config: DecoderConfig,
  settings: LoraSettings,
  base: string,
  uniform: () => number,
): Adapter {
  const weights = new ParameterArray(adapterLayout(config, settings));
  for (const [name, { data, shape }] of weights.tensors()) {
    if (!name.endsWith(".lora_A.weight")) continue;
    const bound = 1 / Math.sqrt(shape[1]);
    for (let i = 0; i < data.length; i++) data[i] = bound * (2 * uniform() - 1);
  }
  return { settings, weights, base };
}

/**
 * The targets that a file names as PEFT does: by the end of a module's path, or by all of it.
 *
 * @throws an error that names what is no target, or one of some layers only
 */
export function targetsNamed({ layers }: DecoderConfig, names: readonly string[]): LoraTarget[] {
  const unknown = new Set(names);
  const targets: LoraTarget[] = [];
  for (const { target, module } of GROUPS.flatMap(({ parts }) => parts)) {
    let adapted = 0;
    for (let i = 0; i < layers; i++) {
      const path = `.model.layers.${i}.${module}`;
      const hits = names.filter((name) => path.endsWith(`.${name}`));
      for (const hit of hits) unknown.delete(hit);
      if (hits.length > 0) adapted++;
    }
    if (adapted > 0 && adapted < layers) {
      throw new Error(`${target} of ${adapted} of ${layers} layers; supported: of all`);
    }
    if (adapted > 0) targets.push(target);
  }
  if (unknown.size > 0) {
    throw new Error(`${[...unknown].join(", ")}; supported: ${LORA_TARGETS.join(", ")}`);
  }
  return targets;
}

/** What an adapter adds to a product: by part (`q`, `k`, `v`, `out`, …), those of `parts` that are adapted. */
export function adaptation(
  x: g.Tensor,
  weights: Record<string, g.Tensor>,
  at: string,
  input: string,
  parts: readonly string[] = [input],
): Map<string, g.Tensor> {
  const a = weights[`${at}.${input}.lora_a`];
  if (!a) return new Map();
  const names = parts.filter((part) => weights[`${at}.${part}.lora_b`]);
  const inner = g.mul(g.matmul(x, a, { transposeB: true }), weights.lora_scale);
  const rank = inner.size(-1) / names.length;
  const inners = names.length === 1 ? [inner] : g.split(inner, names.map(() => rank));
  return new Map(names.map((name, i) => [
    name,
    g.matmul(inners[i], weights[`${at}.${name}.lora_b`], { transposeB: true }),
  ]));
}

/** Declares an adapter's matrices as inputs, and `lora_scale`. */
export function declareAdapter(
  graph: g.Graph,
  { settings: { alpha, rank }, weights }: AdapterShape,
  kind: "live" | "trained",
  type: g.FloatType,
): Record<string, g.Tensor> {
  return {
    ...Object.fromEntries(
      weights.layout.blocks.map(({ name, shape }) => [
        name,
        graph.input(name, shape, type, { differentiable: kind === "trained" }),
      ]),
    ),
    lora_scale: graph.scalar(alpha / rank, type),
  };
}
