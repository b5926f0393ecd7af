/**
 * A model in training, as a run's checkpoints hold it: weights, and the optimizer's moments.
 *
 * With an adapter, `model.safetensors` holds the merged model, so that a checkpoint is a model's folder to everything
 * that reads one; `adapter/` holds the adapter itself, from which training goes on beside the base that it began with.
 */

import { join } from "node:path";
import type { Device } from "../gpu/device.ts";
import {
  type DeviceAdapter,
  type DeviceModel,
  layOut,
  loadAdapter,
  loadTensors,
  type ParallelLearner,
  ParameterArray,
  restoreTensors,
  sameSettings,
  saveAdapter,
  saveMerged,
  saveModel,
  writeSafetensors,
} from "../gpu/model/mod.ts";

/** A model in training. */
export interface Trainee {
  /** Sizes and weights. */
  readonly model: DeviceModel;
  /** Optimizer steps so far. */
  readonly updates: number;
  /** Writes weights and optimizer into an existing folder. */
  save(folder: string): Promise<void>;
  /** Reads what {@linkcode save} wrote. `updates` is the optimizer's step count. */
  load(folder: string, updates: number): Promise<void>;
}

/** An adapter's folder in a checkpoint. */
const ADAPTER = "adapter";

/** Writes a whole model, an adapter merged into it. */
export async function saveWhole(
  folder: string,
  device: Device,
  model: DeviceModel,
): Promise<void> {
  if (model.adapter) await saveMerged(device, folder, model, model.adapter);
  else await saveModel(folder, model);
}

/** Writes a model and its optimizer's moments. */
export async function saveTrainee(
  folder: string,
  model: DeviceModel,
  learner: ParallelLearner,
): Promise<void> {
  const { device } = learner, { m, v } = learner.moments();
  await saveWhole(folder, device, model);
  if (model.adapter) {
    Deno.mkdirSync(join(folder, ADAPTER));
    await saveAdapter(join(folder, ADAPTER), model.adapter);
  }
  await writeSafetensors(`${folder}/trainer_state.m.safetensors`, m.tensors());
  await writeSafetensors(`${folder}/trainer_state.v.safetensors`, v.tensors());
}

/** Reads what {@linkcode saveTrainee} wrote. */
export async function loadTrainee(
  folder: string,
  model: DeviceModel,
  learner: ParallelLearner,
  updates: number,
): Promise<void> {
  if (model.adapter) await restoreAdapter(folder, model, model.adapter);
  else if (isDirectory(join(folder, ADAPTER))) {
    throw new Error(
      `${folder} holds an adapter, and this run trains the whole model. Set actor_rollout_ref.model.lora_rank as it was`,
    );
  } else await restoreTensors(folder, "model", model.weights);
  const { m, v } = learner.moments();
  await restoreTensors(folder, "trainer_state.m", m);
  await restoreTensors(folder, "trainer_state.v", v);
  learner.updates = updates;
}

async function restoreAdapter(
  folder: string,
  model: DeviceModel,
  adapter: DeviceAdapter,
): Promise<void> {
  if (!isDirectory(join(folder, ADAPTER))) {
    throw new Error(
      `${folder} holds no adapter: the run trained the whole model. Set actor_rollout_ref.model.lora_rank=0`,
    );
  }
  const saved = loadAdapter(join(folder, ADAPTER), model.config);
  if (!sameSettings(saved.settings, adapter.settings)) {
    const words = ({ rank, alpha, targets }: DeviceAdapter["settings"]) =>
      `rank ${rank}, alpha ${alpha}, ${targets.join(" ")}`;
    throw new Error(
      `${folder} holds an adapter of ${words(saved.settings)}, not of ${
        words(adapter.settings)
      }. ` +
        `Set actor_rollout_ref.model.lora_rank, lora_alpha and target_modules as they were`,
    );
  }
  await checkBase(folder, model);
  await adapter.weights.data.write(saved.weights.data);
  adapter.weights.changed();
}

/** No adapter touches the norms: where they differ, the base is another model than the run began with. */
async function checkBase(folder: string, { weights }: DeviceModel): Promise<void> {
  const norms = weights.layout.blocks.filter(({ name }) => name.endsWith("_norm"));
  const saved = new ParameterArray(layOut(norms.map(({ name, tensors }) => [
    name,
    ...tensors.map(({ name, shape }): [string, number[]] => [name, shape]),
  ])));
  loadTensors(folder, "model", saved);
  const ours = weights.tensors();
  for (const [name, { data }] of saved.tensors()) {
    const own = await ours.get(name)!.data.read();
    if (data.every((x, i) => x === own[i])) continue;
    throw new Error(
      `The model of actor_rollout_ref.model.path is not the one that ${folder} was trained from: ${name} differs`,
    );
  }
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
