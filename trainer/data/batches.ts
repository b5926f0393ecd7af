/** Which problems each step takes: a function of the seed and the step, so that resuming needs no state. */

import { deriveSeed, Random } from "../seed.ts";

/** How {@linkcode Batches} cuts. */
export interface BatchOptions {
  /** Items a batch. */
  batchSize: number;
  /** The run's seed. */
  seed: number;
  /** Whether each epoch has its own order; default true. */
  shuffle?: boolean;
  /** Whether what does not fill a batch is a smaller one at the end of the epoch; default false. */
  keepRest?: boolean;
}

/**
 * The batches of a run. Each epoch visits every item once, but, without `keepRest`, for the last `leftOver` of its order,
 * which do not fill a batch and wait for the next epoch's order.
 */
export class Batches<T> {
  /** Batches in an epoch. */
  readonly stepsPerEpoch: number;
  /** Items that an epoch leaves out. */
  readonly leftOver: number;
  #order: { epoch: number; indices: number[] } | null = null;

  /**
   * Cuts the items into batches.
   *
   * @throws where they do not fill one
   */
  constructor(readonly items: readonly T[], readonly options: BatchOptions) {
    const { batchSize, keepRest = false } = options;
    const batches = items.length / batchSize;
    this.stepsPerEpoch = keepRest ? Math.ceil(batches) : Math.floor(batches);
    this.leftOver = keepRest ? 0 : items.length % batchSize;
    if (this.stepsPerEpoch === 0) {
      throw new Error(
        `Cannot fill a batch: there are ${items.length} problems and data.train_batch_size is ` +
          `${batchSize}. Set data.train_batch_size to at most ${items.length}, and ` +
          `actor_rollout_ref.actor.ppo_mini_batch_size to a divisor of it`,
      );
    }
  }

  /** The batch of a step; steps count from 0 and run on through the epochs, which count from 0, too. */
  batchAt(step: number): { epoch: number; items: T[] } {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const start = (step % this.stepsPerEpoch) * this.options.batchSize;
    const indices = this.#indicesOf(epoch).slice(start, start + this.options.batchSize);
    return { epoch, items: indices.map((index) => this.items[index]) };
  }

  #indicesOf(epoch: number): number[] {
    if (this.#order?.epoch !== epoch) {
      const indices = this.items.map((_, index) => index);
      if (this.options.shuffle ?? true) {
        new Random(deriveSeed(this.options.seed, "shuffle", epoch)).shuffle(indices);
      }
      this.#order = { epoch, indices };
    }
    return this.#order.indices;
  }
}
