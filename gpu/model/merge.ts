/** A model with its adapter added in: W + alpha/rank · B·A, for whoever knows no adapters. */

import type { Device, DeviceArray, TensorView } from "../device.ts";
import * as g from "../graph/mod.ts";
import { onRank, ranksOf, ShardedArray } from "../group/device_group.ts";
import { saveModel } from "./checkpoint.ts";
import type { DeviceAdapter, DeviceModel } from "./device_parameters.ts";
import type { NamedArray } from "./safetensors.ts";

/**
 * Saves a model with its adapter merged, as {@linkcode saveModel} does. A tensor is merged when it is written: no second
 * model is held, and the base's own array is not touched.
 */
export async function saveMerged(
  device: Device,
  folder: string,
  model: DeviceModel,
  adapter: DeviceAdapter,
): Promise<void> {
  const { weights } = model;
  const { alpha, rank } = adapter.settings;
  using program = ranksOf(device)[0].compile(mergeGraph(alpha / rank));
  const matrices = adapter.weights.tensors();
  // One array for all: a fresh one for each tensor would wait for the garbage collector by the gigabyte.
  const adapted = [...weights.tensors()].filter(([name]) =>
    matrices.has(`${pathOf(name)}.lora_A.weight`)
  );
  const room = new Float32Array(Math.max(...adapted.map(([, { shape }]) => elements(shape))));
  const merged = new Map<string, NamedArray>(weights.tensors());
  for (const [name, base] of adapted) {
    const [a, b] = ["A", "B"].map((m) => matrices.get(`${pathOf(name)}.lora_${m}.weight`)!);
    const read = async () => {
      const sum = { data: room.subarray(0, elements(base.shape)), shape: base.shape };
      const factors = { base: await here(base), a: await here(a), b: await here(b) };
      using binding = program.bind(factors, { sum });
      await binding.run();
      return sum.data;
    };
    merged.set(name, { shape: base.shape, data: { read } });
  }
  await saveModel(folder, model, merged);
}

/** A tensor for the first rank; what ranks hold in shares is brought together. */
async function here({ data, shape }: TensorView<DeviceArray>): Promise<TensorView> {
  return { shape, data: data instanceof ShardedArray ? await data.read() : onRank(data, 0) };
}

const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** PEFT's name of a weight's module. */
const pathOf = (name: string) => `base_model.model.${name.replace(/\.weight$/, "")}`;

function mergeGraph(scale: number): g.Graph {
  const graph = new g.Graph();
  const base = graph.input("base", ["out", "in"]);
  const a = graph.input("a", ["rank", "in"]), b = graph.input("b", ["out", "rank"]);
  graph.output("sum", g.add(base, g.matmul(b, a, { scale })));
  return graph;
}
