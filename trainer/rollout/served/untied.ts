/**
 * A model whose head is its embedding, as one with a head of its own: the same numbers, twice.
 *
 * vLLM reloads only one of the two where they are tied, and serves a mixture. Started on such a folder, it takes them
 * for an untied model, and reloads both.
 */

import {
  type DeviceModel,
  type Model,
  type NamedArray,
  saveModel,
} from "../../../gpu/model/mod.ts";

/** Writes `config.json` and `model.safetensors` into an existing folder. */
export async function saveUntied(folder: string, model: Model | DeviceModel): Promise<void> {
  const { config } = model;
  const tensors = new Map<string, NamedArray>(model.weights.tensors());
  tensors.set("lm_head.weight", tensors.get("model.embed_tokens.weight")!);
  const source = { ...config.source, tie_word_embeddings: false };
  await saveModel(folder, { ...model, config: { ...config, tied: false, source } }, tensors);
}
