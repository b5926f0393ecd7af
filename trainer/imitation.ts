/** Supervised fine-tuning: the loss is on the response alone, −Σ log π(token) / tokens of the mini-batch. */

import type { Device } from "../gpu/device.ts";
import {
  type AdamWOptions,
  type DeviceModel,
  ParallelLearner,
  tokenBatch,
  type TokenRow,
} from "../gpu/model/mod.ts";
import { imitationLoss } from "./algorithm/policy_loss.ts";
import { loadTrainee, saveTrainee, type Trainee } from "./trainee.ts";

/** What an {@linkcode Imitation} is made with. */
export interface ImitationOptions {
  /** See {@linkcode AdamWOptions}. */
  optimizer: AdamWOptions;
  /** The most tokens a micro-batch, padding included; on a CPU smaller ones are faster, and taken. @default Infinity */
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
  readonly learner: ParallelLearner;

  /** @param model its weights, or its adapter's, are updated in place */
  constructor(device: Device, readonly model: DeviceModel, readonly options: ImitationOptions) {
    this.learner = new ParallelLearner(device, model, imitationLoss, options);
  }

  /** One update on a mini-batch. */
  async update(rows: readonly TokenRow[], learningRate: number): Promise<ImitationStats> {
    const tokens = rows.reduce((n, row) => n + row.response.length, 0);
    const { maxTokensPerMicroBatch } = this.options;
    const parts = await this.learner.share(rows, maxTokensPerMicroBatch, (rank, part) => {
      const batch = tokenBatch(part);
      const weight = new Float32Array(batch.targets.length).fill(1 / tokens);
      return rank.accumulate(batch, { weight });
    });
    const loss = parts.reduce((sum, { result }) => sum + result.loss[0], 0);
    return { loss, ...await this.learner.update(learningRate) };
  }

  /** Mean of −log π over the response tokens of some rows; nothing is learned. */
  async evaluate(rows: readonly TokenRow[]): Promise<number> {
    let sum = 0, tokens = 0;
    const parts = await this.learner.share(
      rows,
      this.options.maxTokensPerMicroBatch,
      (rank, part) => rank.logProbs(tokenBatch(part)),
    );
    for (const { result: { logProb } } of parts) {
      for (const value of logProb) sum -= value;
      tokens += logProb.length;
    }
    return sum / tokens;
  }

  /** See {@linkcode Trainee.updates}. */
  get updates(): number {
    return this.learner.updates;
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
