/** An adapter's folder in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`. */

import { z } from "zod";
import { loadTensors, namesIn, readJson } from "./checkpoint.ts";
import type { DecoderConfig } from "./config.ts";
import type { DeviceAdapter } from "./device_parameters.ts";
import {
  type Adapter,
  adapterLayout,
  LORA_TARGETS,
  type LoraSettings,
  type LoraTarget,
  targetsNamed,
} from "./lora.ts";
import { ParameterArray } from "./parameters.ts";
import { writeSafetensors } from "./safetensors.ts";

const STEM = "adapter_model";

const schema = z.looseObject({
  peft_type: z.literal("LORA", "only LORA is supported"),
  base_model_name_or_path: z.string().nullish(),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  target_modules: z.array(z.string(), "only a list of names is supported").min(1),
  bias: z.literal("none", "only none is supported").nullish(),
  // Others (pissa, olora, loftq, …) take what the adapter begins with out of the base, also when PEFT loads it again.
  init_lora_weights: z.union(
    [z.boolean(), z.enum(["gaussian", "orthogonal", "eva"])],
    "beginnings that change the base are not supported",
  ).nullish(),
});

/** Keys by which PEFT computes something else; null, false and empty leave it as it is. */
const VARIANTS = [
  "use_dora",
  "use_rslora",
  "use_bdlora",
  "use_qalora",
  "fan_in_fan_out",
  "lora_bias",
  "modules_to_save",
  "rank_pattern",
  "alpha_pattern",
  "layers_to_transform",
  "layer_replication",
  "exclude_modules",
  "target_parameters",
  "trainable_token_indices",
  "alora_invocation_tokens",
];

const isSet = (value: unknown) =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value);

/**
 * Loads an adapter of a model.
 *
 * A `lora_dropout` is not applied: nothing here drops out.
 *
 * @throws an error that names the key that is not supported, or the tensor that does not fit
 */
export function loadAdapter(folder: string, config: DecoderConfig): Adapter {
  const path = `${folder}/adapter_config.json`;
  const parsed = schema.safeParse(
    readJson(path, "An adapter's folder holds adapter_config.json and adapter_model.safetensors"),
  );
  const refuse = (why: string): never => {
    throw new Error(`Cannot use the adapter of ${path}: ${why}`);
  };
  const problems = parsed.success
    ? VARIANTS.filter((key) => isSet(parsed.data[key])).map((key) => `${key} is not supported`)
    : parsed.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`);
  if (!parsed.success || problems.length > 0) {
    return refuse(problems.join("; "));
  }
  const { r: rank, lora_alpha: alpha, target_modules, base_model_name_or_path: base } = parsed.data;
  let targets: LoraTarget[];
  try {
    targets = targetsNamed(config, target_modules);
  } catch (error) {
    return refuse(`target_modules: ${(error as Error).message}`);
  }
  const settings = { rank, alpha, targets };
  const weights = new ParameterArray(adapterLayout(config, settings));
  loadTensors(folder, STEM, weights, "adapter_config.json");
  const known = weights.tensors(), other = namesIn(folder, STEM).find((name) => !known.has(name));
  if (other) refuse(`${STEM}.safetensors has a tensor "${other}", of which it says nothing`);
  return { settings, weights, base: base ?? "" };
}

/** Saves an adapter, so that PEFT and vLLM load it too. */
export async function saveAdapter(
  folder: string,
  { settings, weights, base }: Adapter | DeviceAdapter,
): Promise<void> {
  const json = {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: base,
    r: settings.rank,
    lora_alpha: settings.alpha,
    target_modules: settings.targets,
    lora_dropout: 0,
    bias: "none",
    inference_mode: true,
  };
  Deno.writeTextFileSync(`${folder}/adapter_config.json`, JSON.stringify(json, null, 2) + "\n");
  await writeSafetensors(`${folder}/${STEM}.safetensors`, weights.tensors());
}

/** Whether two adapters are made alike. */
export function sameSettings(a: LoraSettings, b: LoraSettings): boolean {
  const key = ({ rank, alpha, targets }: LoraSettings) =>
    JSON.stringify([rank, alpha, inOrder(targets)]);
  return key(a) === key(b);
}

const inOrder = (targets: readonly string[]) => LORA_TARGETS.filter((t) => targets.includes(t));
