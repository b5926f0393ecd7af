/** The policy: the model that answers, refines and learns. */

import type { Device } from "../gpu/device.ts";
import {
  type DeviceModel,
  type MicroBatchResult,
  type Objective,
  ParallelLearner,
  type PerToken,
  restoreTensors,
  tokenBatch,
  type TokenRow,
  writeSafetensors,
} from "../gpu/model/mod.ts";
import { perToken, TokenSums } from "./algorithm/token_stats.ts";
import { imitationLoss, policyLoss, type PolicyLossOptions } from "./algorithm/policy_loss.ts";
import type {
  Completion,
  GenerateOptions,
  GenerationRequest,
  RolloutEngine,
  Sampling,
} from "./rollout/engine.ts";
import { type DecodingOptions, LocalEngine } from "./rollout/local_engine.ts";
import { loadTrainee, saveTrainee, type Trainee } from "./trainee.ts";

/** A row that is learned from. */
export interface PolicyRow extends TokenRow {
  /** A, the same for all tokens of the response. */
  advantage: number;
  /** Whether it is a refinement: then it takes the off-policy term. */
  refined: boolean;
  /** What each of its tokens weighs in the loss. */
  weight: number;
  /** ℓ_old of each token; left out where π_old is π itself. */
  oldLogProbs?: Float32Array;
  /** log π_rollout of each token, under this row's prompt; left out where it was drawn under another. */
  rolloutLogProbs?: readonly number[];
}

/** What an update did; numbers by the names of the metrics, without `actor/`. */
export interface UpdateStats {
  /** False when the gradient was not finite, and nothing was changed. */
  applied: boolean;
  /** `pg_loss`, `grad_norm`, `entropy`, … */
  metrics: Record<string, number>;
  /** By row, the log-probability of each response token before the update. */
  logProbs: Float32Array[];
}

/** A model that generates and learns. */
export interface Policy extends RolloutEngine {
  /** ℓ of each response token. */
  logProbs(rows: readonly TokenRow[]): Promise<Float32Array[]>;
  /** One optimizer step on a mini-batch. */
  update(rows: readonly PolicyRow[], learningRate: number): Promise<UpdateStats>;
  /** Writes weights and optimizer into an existing folder. */
  save(folder: string): Promise<void>;
  /** Reads what {@linkcode save} wrote. `updates` is the optimizer's step count. */
  load(folder: string, updates: number): Promise<void>;
  /** Optimizer steps so far. */
  readonly updates: number;
  /** What became of its requests to another engine since the last call, by the names of the metrics. */
  takeMetrics?(): Record<string, number>;
}

/** Options of {@linkcode LocalPolicy}. */
export interface LocalPolicyOptions extends DecodingOptions {
  /** The loss, under its names in `actor_rollout_ref.actor`. */
  loss: PolicyLossOptions;
  /** True when each batch takes one update, so that π_old is π itself. */
  oldIsCurrent: boolean;
  /** The cap of the importance weights between engines; left out where they are not used. */
  rolloutIsThreshold?: number;
  /** Divides the logits in training, as in sampling. */
  temperature: number;
  /** AdamW's. */
  betas: readonly [number, number];
  /** AdamW's decoupled weight decay. */
  weightDecay: number;
  /** The gradient's global norm is cut to this. */
  gradClip: number;
  /** The most tokens a micro-batch, padding included; on a CPU smaller ones are faster, and taken. */
  maxTokensPerMicroBatch: number;
  /** The longest row that is trained on, in tokens. */
  trainLength: number;
  /** See {@linkcode LearnerOptions.checkpointing}. @default false */
  checkpointing?: boolean;
}

/** A model that stays as this one is now; what does not learn is shared. */
function copyOf(model: DeviceModel): DeviceModel {
  const { adapter } = model;
  return adapter
    ? { ...model, adapter: { ...adapter, weights: adapter.weights.copy() } }
    : { ...model, weights: model.weights.copy() };
}

/** The log-probabilities of each row's tokens, out of those of the micro-batches. */
function byRow(
  rows: readonly TokenRow[],
  parts: readonly MicroBatchResult<PerToken>[],
): Float32Array[] {
  const results = new Array<Float32Array>(rows.length);
  for (const { indices, result: { logProb } } of parts) {
    let at = 0;
    for (const i of indices) results[i] = logProb.slice(at, at += rows[i].response.length);
  }
  return results;
}

/** A policy whose weights Emend's own graphs generate with and update. */
export class LocalPolicy implements Policy, Trainee, Disposable {
  readonly #engine: LocalEngine;
  readonly #learner: ParallelLearner;
  readonly #reference: ParallelLearner | undefined;

  /** @param model its weights, or its adapter's, are updated in place */
  constructor(
    readonly device: Device,
    readonly model: DeviceModel,
    readonly options: LocalPolicyOptions,
  ) {
    this.#engine = new LocalEngine(device, model, options);
    const learner = (model: DeviceModel, objective: Objective) =>
      new ParallelLearner(device, model, objective, {
        checkpointing: options.checkpointing,
        temperature: options.temperature,
        maxLength: options.trainLength,
        optimizer: {
          betas: options.betas,
          weightDecay: options.weightDecay,
          maxNorm: options.gradClip,
        },
      });
    this.#learner = learner(
      model,
      policyLoss(options.loss, options.oldIsCurrent, options.rolloutIsThreshold),
    );
    if (options.loss.use_kl_loss) this.#reference = learner(copyOf(model), imitationLoss);
  }

  get updates(): number {
    return this.#learner.updates;
  }

  generate(
    requests: readonly GenerationRequest[],
    sampling: Sampling,
    options?: GenerateOptions,
  ): Promise<Completion[]> {
    return this.#engine.generate(requests, sampling, options);
  }

  logProbs(rows: readonly TokenRow[]): Promise<Float32Array[]> {
    return this.#logProbs(this.#learner, rows);
  }

  async #logProbs(learner: ParallelLearner, rows: readonly TokenRow[]): Promise<Float32Array[]> {
    const parts = await learner.share(
      rows,
      this.options.maxTokensPerMicroBatch,
      (rank, part) => rank.logProbs(tokenBatch(part)),
    );
    return byRow(rows, parts);
  }

  async update(rows: readonly PolicyRow[], learningRate: number): Promise<UpdateStats> {
    const tokens = rows.reduce((n, row) => n + row.response.length, 0);
    const reference = this.#reference && await this.#logProbs(this.#reference, rows);
    const { oldIsCurrent, rolloutIsThreshold, maxTokensPerMicroBatch: most } = this.options;
    const parts = await this.#learner.share(rows, most, async (rank, part, indices) => {
      const inputs = perToken(part, tokens, indices.map((i) => reference?.[i]));
      if (oldIsCurrent) delete inputs.oldLogProb;
      if (rolloutIsThreshold === undefined) delete inputs.rolloutLogProb;
      return { inputs, outputs: await rank.accumulate(tokenBatch(part), inputs) };
    });
    const sums = new TokenSums();
    for (const { result: { inputs, outputs } } of parts) {
      sums.add(outputs, inputs, this.options.loss);
    }
    const { gradientNorm, applied } = await this.#learner.update(learningRate);
    const metrics = { ...sums.means(), grad_norm: gradientNorm, lr: learningRate };
    const seen = parts.map(({ indices, result }) => ({ indices, result: result.outputs }));
    return { applied, metrics, logProbs: byRow(rows, seen) };
  }

  async save(folder: string): Promise<void> {
    await saveTrainee(folder, this.model, this.#learner);
    // The KL term refers to the model that the run began with, which may be nowhere else (a warm-up's result).
    const reference = this.#reference?.trained.tensors();
    if (reference) {
      await writeSafetensors(`${folder}/trainer_state.reference.safetensors`, reference);
    }
  }

  async load(folder: string, updates: number): Promise<void> {
    await loadTrainee(folder, this.model, this.#learner, updates);
    if (this.#reference) {
      await restoreTensors(folder, "trainer_state.reference", this.#reference.trained);
    }
  }

  [Symbol.dispose](): void {
    this.#engine[Symbol.dispose]();
    this.#learner[Symbol.dispose]();
    this.#reference?.[Symbol.dispose]();
    this.#reference?.trained[Symbol.dispose]();
  }
}
