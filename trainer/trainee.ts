/** A model in training, as a run's checkpoints hold it: weights, and the optimizer's moments. */

import {
  type DeviceModel,
  type Learner,
  restoreTensors,
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

/** Writes a model and its optimizer's moments. */
export async function saveTrainee(
  folder: string,
  model: DeviceModel,
  { optimizer: { m, v } }: Learner,
): Promise<void> {
  await saveModel(folder, model);
  await writeSafetensors(`${folder}/trainer_state.m.safetensors`, m.tensors());
  await writeSafetensors(`${folder}/trainer_state.v.safetensors`, v.tensors());
}

/** Reads what {@linkcode saveTrainee} wrote. */
export async function loadTrainee(
  folder: string,
  model: DeviceModel,
  { optimizer }: Learner,
  updates: number,
): Promise<void> {
  await restoreTensors(folder, "model", model.weights);
  await restoreTensors(folder, "trainer_state.m", optimizer.m);
  await restoreTensors(folder, "trainer_state.v", optimizer.v);
  optimizer.step = updates;
}
