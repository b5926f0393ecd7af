/** Supervised fine-tuning: the loss is on the response alone, −Σ log π(token) / tokens of the mini-batch. */

import type { Device } from "../gpu/device.ts";
import {
  type AdamWOptions,
  type DeviceModel,
  Learner,
  microBatchesFor,
  tokenBatch,
  type TokenRow,
} from "../gpu/model/mod.ts";
import { imitationLoss } from "./algorithm/policy_loss.ts";
import { loadTrainee, saveTrainee, type Trainee } from "./trainee.ts";

/** What an {@linkcode Imitation} is made with. */
export interface ImitationOptions {
  /** See {@linkcode AdamWOptions}. */
  optimizer: AdamWOptions;
  /** The most tokens a micro-batch, padding included. @default what the device takes best */
  maxTokensPerMicroBatch?: number;
  /** See {@linkcode LearnerOptions.checkpointing}. @default false */
  checkpointing?: boolean;
  /** The longest row, in tokens. @default the model's maximum */
  maxLength?: number;
}

/** What an update did. */
export interface ImitationStats {
  /** Mean of −log π over the response tokens, before the update. */
  loss: number;
  /** The gradient's norm before it was cut. */
  gradientNorm: number;
  /** False when the gradient was not finite, and nothing was changed. */
  applied: boolean;
}

/** A model that learns to write given responses. */
export class Imitation implements Trainee, Disposable {
  /** Its optimizer's state is there. */
  readonly learner: Learner;
  readonly #microBatches: (rows: readonly TokenRow[]) => number[][];

  /** @param model its weights, or its adapter's, are updated in place */
  constructor(device: Device, readonly model: DeviceModel, options: ImitationOptions) {
    const { config, weights, adapter } = model;
    this.learner = new Learner(device, config, weights, imitationLoss, { ...options, adapter });
    this.#microBatches = (rows) => microBatchesFor(device, rows, options.maxTokensPerMicroBatch);
  }

  /** One update on a mini-batch. */
  async update(rows: readonly TokenRow[], learningRate: number): Promise<ImitationStats> {
    const tokens = rows.reduce((n, row) => n + row.response.length, 0);
    let loss = 0;
    for (const indices of this.#microBatches(rows)) {
      const batch = tokenBatch(indices.map((i) => rows[i]));
      const weight = new Float32Array(batch.targets.length).fill(1 / tokens);
      loss += (await this.learner.accumulate(batch, { weight })).loss[0];
    }
    return { loss, ...await this.learner.update(learningRate) };
  }

  /** Mean of −log π over the response tokens of some rows; nothing is learned. */
  async evaluate(rows: readonly TokenRow[]): Promise<number> {
    let sum = 0, tokens = 0;
    for (const indices of this.#microBatches(rows)) {
      const { logProb } = await this.learner.logProbs(tokenBatch(indices.map((i) => rows[i])));
      for (const value of logProb) sum -= value;
      tokens += logProb.length;
    }
    return sum / tokens;
  }

  /** See {@linkcode Trainee.updates}. */
  get updates(): number {
    return this.learner.optimizer.step;
  }

  /** See {@linkcode Trainee.save}. */
  save(folder: string): Promise<void> {
    return saveTrainee(folder, this.model, this.learner);
  }

  /** See {@linkcode Trainee.load}. */
  load(folder: string, updates: number): Promise<void> {
    return loadTrainee(folder, this.model, this.learner, updates);
  }

  /** Frees the compiled graphs. */
  [Symbol.dispose](): void {
    this.learner[Symbol.dispose]();
  }
}
