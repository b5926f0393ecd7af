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

  /** The epoch of a step; both count from 0. */
  epochAt(step: number): number {
    return Math.floor(step / this.stepsPerEpoch);
  }

  /**
   * The batch of a step; steps count from 0 and run on through the epochs.
   *
   * @param fits whether an item can be used. The place of one that cannot is taken by the next in the epoch's order that
   *   can, from somewhere that depends on seed and step: so batches stay full, and still follow from these two alone
   * @returns fewer items only where there are no more that can be used
   */
  batchAt(
    step: number,
    fits: (item: T) => boolean = () => true,
  ): { epoch: number; items: T[]; dropped: T[] } {
    const { batchSize, seed } = this.options;
    const epoch = this.epochAt(step), order = this.#indicesOf(epoch);
    const start = (step % this.stepsPerEpoch) * batchSize;
    const own = order.slice(start, start + batchSize).map((index) => this.items[index]);
    const dropped = new Set(own.filter((item) => !fits(item)));
    const from = dropped.size && new Random(deriveSeed(seed, "replace", step)).int(order.length);
    const others = this.#others(order, from, new Set(own), fits);
    const items = own.map((item) => dropped.has(item) ? others.next().value : item)
      .filter((item) => item !== undefined);
    return { epoch, items, dropped: [...dropped] };
  }

  /** Usable items of an order, from a place in it and round, but for those in `taken`. */
  *#others(
    order: readonly number[],
    from: number,
    taken: ReadonlySet<T>,
    fits: (item: T) => boolean,
  ): Generator<T, undefined> {
    for (let i = 0; i < order.length; i++) {
      const item = this.items[order[(from + i) % order.length]];
      if (!taken.has(item) && fits(item)) yield item;
    }
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
