/** A model in training, as a run's checkpoints hold it: weights, and the optimizer's moments. */

import {
  type Learner,
  loadTensors,
  type Model,
  saveModel,
  writeSafetensors,
} from "../gpu/model/mod.ts";

/** A model in training. */
export interface Trainee {
  /** Sizes and weights. */
  readonly model: Model;
  /** Optimizer steps so far. */
  readonly updates: number;
  /** Writes weights and optimizer into an existing folder. */
  save(folder: string): Promise<void>;
  /** Reads what {@linkcode save} wrote. `updates` is the optimizer's step count. */
  load(folder: string, updates: number): Promise<void>;
}

/** Writes a model and its optimizer's moments. */
export function saveTrainee(folder: string, model: Model, { optimizer: { m, v } }: Learner): void {
  saveModel(folder, model);
  writeSafetensors(`${folder}/trainer_state.m.safetensors`, m.tensors());
  writeSafetensors(`${folder}/trainer_state.v.safetensors`, v.tensors());
}

/** Reads what {@linkcode saveTrainee} wrote. */
export function loadTrainee(
  folder: string,
  model: Model,
  { optimizer }: Learner,
  updates: number,
): void {
  loadTensors(folder, "model", model.weights);
  loadTensors(folder, "trainer_state.m", optimizer.m);
  loadTensors(folder, "trainer_state.v", optimizer.v);
  optimizer.step = updates;
}
