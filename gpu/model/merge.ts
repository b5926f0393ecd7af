/** A model with its adapter added in: W + alpha/rank · B·A, for whoever knows no adapters. */

import { type Device, type TensorView, zeros } from "../device.ts";
import * as g from "../graph/mod.ts";
import { type Model, saveModel } from "./checkpoint.ts";
import type { Adapter } from "./lora.ts";
import type { NamedArray } from "./safetensors.ts";

/**
 * Saves a model with its adapter merged, as {@linkcode saveModel} does. A tensor is merged when it is written: no second
 * model is held, and the base's own array is not touched.
 */
export function saveMerged(device: Device, folder: string, model: Model, adapter: Adapter): void {
  const { weights } = model;
  const { alpha, rank } = adapter.settings;
  using program = device.compile(mergeGraph(alpha / rank));
  const matrices = adapter.weights.tensors();
  const merged = new Map<string, NamedArray>(weights.tensors());
  for (const [name, base] of weights.tensors()) {
    const at = `base_model.model.${name.replace(/\.weight$/, "")}`;
    const a = matrices.get(`${at}.lora_A.weight`), b = matrices.get(`${at}.lora_B.weight`);
    if (!a || !b) continue;
    merged.set(name, {
      shape: base.shape,
      get data() {
        const sum = zeros(base.shape);
        const inputs: Record<string, TensorView> = { base, a, b };
        using binding = program.bind(inputs, { sum });
        binding.runSync();
        return sum.data;
      },
    });
  }
  saveModel(folder, model, merged);
}

function mergeGraph(scale: number): g.Graph {
  const graph = new g.Graph();
  const base = graph.input("base", ["out", "in"]);
  const a = graph.input("a", ["rank", "in"]), b = graph.input("b", ["out", "rank"]);
  graph.output("sum", g.add(base, g.matmul(b, a, { scale })));
  return graph;
}
