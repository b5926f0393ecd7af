/** A model's folder in Hugging Face's layout: `config.json` and `model.safetensors`, whole or in shards. */

import { type DecoderConfig, parseConfig } from "./config.ts";
import { layoutOf, ParameterArray } from "./parameters.ts";
import { SafetensorsFile, writeSafetensors } from "./safetensors.ts";

/** A model's sizes and weights. */
export interface Model {
  /** Sizes. */
  config: DecoderConfig;
  /** Weights. */
  weights: ParameterArray;
}

/**
 * Loads a model.
 *
 * @throws an error that names the missing file or the tensors that do not fit `config.json`
 */
export function loadModel(folder: string): Model {
  const config = parseConfig(readJson(`${folder}/config.json`), `${folder}/config.json`);
  const weights = new ParameterArray(layoutOf(config));
  loadTensors(folder, "model", weights);
  return { config, weights };
}

/** Reads tensors by their Hugging Face names from `<stem>.safetensors` or the shards of `<stem>.safetensors.index.json`. */
export function loadTensors(folder: string, stem: string, into: ParameterArray): void {
  const files = new Map<string, SafetensorsFile>();
  try {
    const shardOf = shards(folder, stem);
    for (const [name, { data, shape }] of into.tensors()) {
      const path = shardOf(name);
      let file = files.get(path);
      if (!file) files.set(path, file = openTensors(path));
      const found = file.entries.get(name);
      if (!found) throw new Error(`${path} has no tensor "${name}", which config.json asks for`);
      if (found.shape.join() !== shape.join()) {
        throw new Error(
          `Tensor "${name}" in ${path} is [${found.shape}]; config.json makes it [${shape}]`,
        );
      }
      file.read(name, data);
    }
  } finally {
    for (const file of files.values()) file[Symbol.dispose]();
  }
}

/**
 * Saves a model, so that transformers loads it too.
 *
 * In float32 whatever it was loaded from: training goes on from these weights, and bfloat16 would drop what an update
 * at a learning rate of 1e-6 adds.
 */
export function saveModel(folder: string, { config, weights }: Model): void {
  const { torch_dtype: _, ...source } = config.source; // transformers 4's name of dtype
  const json = { ...source, dtype: "float32" };
  Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(json, null, 2) + "\n");
  writeSafetensors(`${folder}/model.safetensors`, weights.tensors());
}

function shards(folder: string, stem: string): (name: string) => string {
  const whole = `${folder}/${stem}.safetensors`;
  const index = `${whole}.index.json`;
  try {
    Deno.statSync(index);
  } catch {
    return () => whole;
  }
  const map = (readJson(index) as { weight_map?: Record<string, unknown> } | null)?.weight_map ??
    {};
  return (name) => {
    const file = map[name];
    if (typeof file !== "string") {
      throw new Error(`${index} does not say where tensor "${name}" is`);
    }
    // A shard is a file of this folder, whatever the index says.
    if (/[\\/]|^\.\.?$/.test(file)) {
      throw new Error(`${index} names a file outside its folder: ${file}`);
    }
    return `${folder}/${file}`;
  };
}

function openTensors(path: string): SafetensorsFile {
  try {
    return new SafetensorsFile(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(
      `There is no ${path}. A model's folder holds config.json and model.safetensors`,
      { cause },
    );
  }
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (cause) {
    throw new Error(`Cannot read ${path}. Set actor_rollout_ref.model.path to a model's folder`, {
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON`, { cause });
  }
}
