/**
 * Training on all ranks of a device: each takes a share of a batch's rows, and the gradients are summed before an update
 * (data parallelism). A single device is one rank.
 */

import type { Device } from "../device.ts";
import { ranksOf, ShardedArray } from "../group/device_group.ts";
import type { UpdateReport } from "./adamw.ts";
import { type DeviceModel, DeviceParameters, modelOnRank } from "./device_parameters.ts";
import { Learner, type LearnerOptions } from "./learner.ts";
import type { TokenRow } from "./token_batch.ts";
import { together } from "./together.ts";
import type { Objective } from "./training_graph.ts";

/** What became of a micro-batch. */
export interface MicroBatchResult<Result> {
  /** Its rows' numbers. */
  indices: readonly number[];
  /** What the work returned. */
  result: Result;
}

/** Weights that learn by an objective, the same on every rank. */
export class ParallelLearner implements Disposable {
  readonly #ranks: readonly Learner[];

  /** See {@linkcode Learner}; the model's adapter learns in place of its weights, where it has one. */
  constructor(
    readonly device: Device,
    readonly model: DeviceModel,
    objective: Objective,
    options: Omit<LearnerOptions, "adapter">,
  ) {
    this.#ranks = ranksOf(device).map((rank, i) => {
      const { config, weights, adapter } = modelOnRank(model, i);
      return new Learner(rank, config, weights, objective, { ...options, adapter });
    });
  }

  /** What learns. */
  get trained(): DeviceParameters {
    return this.model.adapter?.weights ?? this.model.weights;
  }

  /** Updates so far; set together with the moments when a checkpoint is loaded. */
  get updates(): number {
    return this.#ranks[0].optimizer.step;
  }

  set updates(count: number) {
    for (const { optimizer } of this.#ranks) optimizer.step = count;
  }

  /** AdamW's moments, whole, wherever they lie: a checkpoint does not depend on how many ranks there are. */
  moments(): Record<"m" | "v", DeviceParameters> {
    const whole = (name: "m" | "v") =>
      new DeviceParameters(
        this.device,
        this.trained.layout,
        // Part by part, of each all ranks' shares.
        new ShardedArray(
          this.#ranks[0].optimizer[name].flatMap((_, part) =>
            this.#ranks.map(({ optimizer }) => optimizer[name][part])
          ),
        ),
      );
    return { m: whole("m"), v: whole("v") };
  }

  /**
   * Does something with all rows: each rank with its share, in micro-batches.
   *
   * @param maxTokens see {@linkcode Learner.microBatches}
   * @param work gets a rank's learner, rows, and their numbers
   * @returns results rank by rank
   */
  async share<Row extends TokenRow, Result>(
    rows: readonly Row[],
    maxTokens: number | undefined,
    work: (rank: Learner, part: Row[], indices: readonly number[]) => Promise<Result>,
  ): Promise<MicroBatchResult<Result>[]> {
    return await together(
      deal(rows, this.#ranks.length).flatMap((own, k) => {
        const rank = this.#ranks[k], part = (numbers: number[]) => numbers.map((i) => rows[i]);
        return rank.microBatches(part(own), maxTokens).map(async (batch) => {
          const indices = batch.map((i) => own[i]);
          return { indices, result: await work(rank, part(indices), indices) };
        });
      }),
    );
  }

  /** Updates the weights by the gradient that all ranks have accumulated, and forgets it. */
  async update(learningRate: number): Promise<UpdateReport> {
    const [report] = await Promise.all(this.#ranks.map((rank) => rank.update(learningRate)));
    return report;
  }

  /** See {@linkcode Learner}. */
  [Symbol.dispose](): void {
    for (const rank of this.#ranks) rank[Symbol.dispose]();
  }
}

/** Deals rows so that ranks have about as many tokens: the longest first, each to the rank that has the fewest. */
export function deal(rows: readonly TokenRow[], ranks: number): number[][] {
  if (ranks === 1) return [rows.map((_, i) => i)];
  const length = (i: number) => rows[i].prompt.length + rows[i].response.length;
  const order = rows.map((_, i) => i).sort((a, b) => length(b) - length(a) || a - b);
  const hands = Array.from({ length: ranks }, () => ({ tokens: 0, rows: [] as number[] }));
  for (const i of order) {
    const hand = hands.reduce((least, hand) => hand.tokens < least.tokens ? hand : least);
    hand.tokens += length(i);
    hand.rows.push(i);
  }
  return hands.map(({ rows }) => rows.sort((a, b) => a - b));
}
