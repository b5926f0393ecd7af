/** A model's folder in Hugging Face's layout: `config.json` and `model.safetensors`, whole or in shards. */

import { type DecoderConfig, parseConfig } from "./config.ts";
import type { DeviceModel, DeviceParameters } from "./device_parameters.ts";
import { HostArray } from "../native_array.ts";
import { type Layout, layoutOf, ParameterArray } from "./parameters.ts";
import type { Adapter } from "./lora.ts";
import { type NamedArray, SafetensorsFile, writeSafetensors } from "./safetensors.ts";

/** A model's sizes and weights. */
export interface Model {
  /** Sizes. */
  config: DecoderConfig;
  /** Weights. */
  weights: ParameterArray;
  /** What is added to them; then they are not trained. */
  adapter?: Adapter;
}

/**
 * Loads a model.
 *
 * @throws an error that names the missing file or the tensors that do not fit `config.json`
 */
export function loadModel(folder: string): Model {
  const config = loadModelConfig(folder);
  const layout = layoutOf(config);
  let weights: ParameterArray;
  try {
    weights = new ParameterArray(layout);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const gigabytes = (4 * layout.size / 1e9).toFixed(1);
    throw new Error(
      `The weights of ${folder} take ${gigabytes} GB in float32, more than this process can have`,
      { cause },
    );
  }
  loadTensors(folder, "model", weights);
  checkOthers(folder, config, layout);
  if (config.tied) checkTied(folder, weights);
  return { config, weights };
}

/** Reads the sizes of a model alone. */
export function loadModelConfig(folder: string): DecoderConfig {
  return parseConfig(readJson(`${folder}/config.json`), `${folder}/config.json`);
}

/**
 * Looks whether a model's files hold what its `config.json` asks for, by their headers alone.
 *
 * @throws as {@linkcode loadModel} does
 */
export function checkModel(folder: string): void {
  const config = loadModelConfig(folder), layout = layoutOf(config);
  eachTensor(folder, "model", layout, "config.json", () => {});
  checkOthers(folder, config, layout);
}

/** Refuses tensors that say that the model is another one than `config.json` describes. */
function checkOthers(folder: string, config: DecoderConfig, layout: Layout): void {
  const known = new Set(layout.blocks.flatMap(({ tensors }) => tensors.map(({ name }) => name)));
  for (const name of namesIn(folder, "model")) {
    if (known.has(name) || (config.tied && name === HEAD)) continue;
    if (Number(/^model\.layers\.(\d+)\./.exec(name)?.[1]) >= config.layers) {
      throw new Error(
        `${folder} has a tensor "${name}", but config.json has num_hidden_layers ${config.layers}. They do not belong together`,
      );
    }
    // Old files hold the frequencies too; what a value head adds beside the model does not touch its logits.
    if (/^(model|lm_head)\./.test(name) && !name.endsWith("rotary_emb.inv_freq")) {
      throw new Error(
        `${folder} has a tensor "${name}", which a model of its config.json does not have: it would compute something else. They do not belong together`,
      );
    }
  }
}

const HEAD = "lm_head.weight";

/** A head beside a tied embedding must be that embedding: transformers would use the head that is there. */
function checkTied(folder: string, weights: ParameterArray): void {
  if (!namesIn(folder, "model").includes(HEAD)) return;
  const embedding = weights.tensors().get("model.embed_tokens.weight")!.data;
  const path = shards(folder, "model")(HEAD);
  using file = openTensors(path, folder, "model");
  const head = new Float32Array(embedding.length);
  file.read(HEAD, head);
  if (!head.every((x, i) => Object.is(x, embedding[i]))) {
    throw new Error(
      `${path} has a "${HEAD}" that is not the embedding, but config.json ties them. Set its tie_word_embeddings to false`,
    );
  }
}

/** The names of all tensors of a file or its shards. */
export function namesIn(folder: string, stem: string): string[] {
  const map = weightMap(folder, stem);
  if (map) return Object.keys(map);
  using file = openTensors(`${folder}/${stem}.safetensors`, folder, stem);
  return [...file.entries.keys()];
}

/**
 * Reads tensors by their Hugging Face names from `<stem>.safetensors` or the shards of `<stem>.safetensors.index.json`.
 *
 * @param decidedBy the file that says which tensors there should be, for messages
 */
export function loadTensors(
  folder: string,
  stem: string,
  into: ParameterArray,
  decidedBy = "config.json",
): void {
  const tensors = into.tensors();
  eachTensor(folder, stem, into.layout, decidedBy, (file, name) => {
    file.read(name, tensors.get(name)!.data);
  });
}

/** Visits every tensor of a layout in the file that holds it, once its shape is known to be the layout's. */
function eachTensor(
  folder: string,
  stem: string,
  layout: Layout,
  decidedBy: string,
  visit: (file: SafetensorsFile, name: string) => void,
): void {
  const files = new Map<string, SafetensorsFile>();
  try {
    const shardOf = shards(folder, stem);
    for (const { name, shape } of layout.blocks.flatMap(({ tensors }) => tensors)) {
      const path = shardOf(name);
      let file = files.get(path);
      if (!file) files.set(path, file = openTensors(path, folder, stem));
      const found = file.entries.get(name);
      if (!found) throw new Error(`${path} has no tensor "${name}", which ${decidedBy} asks for`);
      if (found.shape.join() !== shape.join()) {
        throw new Error(
          `Tensor "${name}" in ${path} is [${found.shape}]; ${decidedBy} makes it [${shape}]`,
        );
      }
      visit(file, name);
    }
  } finally {
    for (const file of files.values()) file[Symbol.dispose]();
  }
}

/** Reads tensors as {@linkcode loadTensors} does, into a device's memory. */
export async function restoreTensors(
  folder: string,
  stem: string,
  into: DeviceParameters,
): Promise<void> {
  const { layout, data } = into;
  // In this process they are read where they lie: no second copy.
  if (data instanceof HostArray) {
    loadTensors(folder, stem, new ParameterArray(layout, data.elements));
  } else {
    const read = new ParameterArray(layout);
    loadTensors(folder, stem, read);
    await data.write(read.data);
  }
  into.changed();
}

/**
 * Saves a model, so that transformers loads it too.
 *
 * In float32 whatever it was loaded from: training goes on from these weights, and bfloat16 would drop what an update
 * at a learning rate of 1e-6 adds.
 *
 * @param tensors written in place of the model's own
 */
export async function saveModel(
  folder: string,
  { config, weights }: Model | DeviceModel,
  tensors: ReadonlyMap<string, NamedArray> = weights.tensors(),
): Promise<void> {
  const { torch_dtype: _, ...source } = config.source; // transformers 4's name of dtype
  const json = { ...source, dtype: "float32" };
  Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(json, null, 2) + "\n");
  await writeSafetensors(`${folder}/model.safetensors`, tensors);
}

function shards(folder: string, stem: string): (name: string) => string {
  const whole = `${folder}/${stem}.safetensors`, index = `${whole}.index.json`;
  const map = weightMap(folder, stem);
  if (!map) return () => whole;
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

/** Which shard each tensor is in; undefined where there are no shards. */
function weightMap(folder: string, stem: string): Record<string, unknown> | undefined {
  const index = `${folder}/${stem}.safetensors.index.json`;
  try {
    Deno.statSync(index);
  } catch {
    return undefined;
  }
  return (readJson(index) as { weight_map?: Record<string, unknown> } | null)?.weight_map ?? {};
}

function openTensors(path: string, folder: string, stem: string): SafetensorsFile {
  try {
    return new SafetensorsFile(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(
      path === `${folder}/${stem}.safetensors`
        ? `There is no ${path}. A model's folder holds config.json and model.safetensors`
        : `There is no ${path}, which ${folder}/${stem}.safetensors.index.json names. Fetch it again`,
      { cause },
    );
  }
}

/** Reads a JSON file; `advice` says what to do where there is none. */
export function readJson(
  path: string,
  advice = "Set actor_rollout_ref.model.path to a model's folder",
): unknown {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (cause) {
    throw new Error(`Cannot read ${path}. ${advice}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON`, { cause });
  }
}
