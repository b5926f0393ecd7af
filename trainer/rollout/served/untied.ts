/**
 * A model whose head is its embedding, as one with a head of its own: the same numbers, twice.
 *
 * vLLM reloads what a file names, and serves a mixture where a tied head is not named. Named, it is reloaded, also by a
 * server that was started on the tied model.
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
