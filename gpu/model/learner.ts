/** Training: what an objective makes of the tokens of a batch, its gradient, and the update. */

import type { Binding, Device, DeviceArray, Program, TensorView } from "../device.ts";
import { zeros } from "../device.ts";
import { add } from "../graph/mod.ts";
import { AdamW, type AdamWOptions, type UpdateReport } from "./adamw.ts";
import { Blockwise, logitsChunk } from "./blockwise.ts";
import { bucketedBatch, padPerToken, trimPerToken, widthBucket } from "./buckets.ts";
import type { DecoderConfig } from "./config.ts";
import { type DeviceAdapter, DeviceParameters } from "./device_parameters.ts";
import type { Layout } from "./parameters.ts";
import { microBatches, microBatchTokens } from "./micro_batches.ts";
import { InPieces } from "./pieces.ts";
import { attended, type TokenBatch, type TokenRow } from "./token_batch.ts";
import { threadsBeside } from "./together.ts";
import {
  type GraphKind,
  type Objective,
  trainingGraph,
  type TrainingGraphOptions,
} from "./training_graph.ts";

/** Options of a {@linkcode Learner}. */
export interface LearnerOptions extends TrainingGraphOptions {
  /** See {@linkcode AdamWOptions}. */
  optimizer: AdamWOptions;
  /** Keeps only the stream between blocks and computes the rest again: see {@linkcode Blockwise}. @default false */
  checkpointing?: boolean;
  /** Learns in place of the weights, which stay as they are. */
  adapter?: DeviceAdapter;
  /** Pads batches to sizes of which there are few: see {@linkcode bucketedBatch}. @default on a GPU */
  bucketed?: boolean;
}

/** Numbers of a batch, one a counted token, by name. */
export type PerToken = Record<string, Float32Array<ArrayBuffer>>;

/** A gradient buffer, and the graphs bound to it: one micro-batch at a time. */
interface Lane {
  readonly gradients: DeviceParameters;
  readonly bindings: Map<GraphKind, Binding>;
  /** Micro-batches in the buffer. */
  accumulated: number;
  /** Settles when the lane is free. */
  free: Promise<unknown>;
}

interface Compiled {
  program: Program;
  outputs: readonly string[];
}

/**
 * Weights, in all lanes together, up to which each thread of a CPU takes micro-batches of its own. Within one, threads
 * wait for each other at each of some hundred operators, which at small widths costs a quarter of the time; but each
 * lane needs a gradient buffer.
 */
const LANE_WEIGHTS = 1 << 24;

/** In how many lanes weights of a layout learn on a device. */
export function trainingLanes(
  { lanes }: Pick<Device, "lanes">,
  { size }: Pick<Layout, "size">,
  checkpointing = false,
): number {
  return checkpointing ? 1 : Math.max(1, Math.min(lanes, Math.floor(LANE_WEIGHTS / size)));
}

/** Weights that learn by an objective. */
export class Learner implements Disposable {
  /** AdamW's state. */
  readonly optimizer: AdamW;
  /** How many micro-batches are computed at once. */
  readonly lanes: number;
  readonly #lanes: Lane[];
  readonly #sum: InPieces | undefined;
  readonly #compiled = new Map<GraphKind, Compiled>();
  readonly #blockwise: Blockwise | undefined;
  /** Micro-batches begun since the last update, and forward passes: whose turn it is. */
  readonly #begun = { accumulate: 0, forward: 0 };

  /**
   * Compiles nothing but the optimizer yet: each graph is compiled when it is first needed.
   *
   * @param weights updated in place, unless there is an adapter; their type is what is computed in
   */
  constructor(
    readonly device: Device,
    readonly config: DecoderConfig,
    readonly weights: DeviceParameters,
    readonly objective: Objective,
    readonly options: LearnerOptions,
  ) {
    const { layout } = this.trained;
    this.lanes = trainingLanes(device, layout, options.checkpointing);
    this.#lanes = Array.from({ length: this.lanes }, () => ({
      gradients: new DeviceParameters(device, layout),
      bindings: new Map(),
      accumulated: 0,
      free: Promise.resolve(),
    }));
    const [{ gradients }, ...others] = this.#lanes;
    this.optimizer = new AdamW(device, this.trained, gradients, options.optimizer);
    if (others.length > 0) {
      const buffers = this.#lanes.map(({ gradients: { data } }, i) => [`${i}`, data] as const);
      const inputs = Object.fromEntries(buffers), outputs = { 0: gradients.data };
      this.#sum = new InPieces(
        device,
        layout.size,
        { inputs, outputs },
        (lanes) => ({ 0: Object.values(lanes).reduce((a, b) => add(a, b)) }),
      );
    }
    if (options.checkpointing) {
      const { adapter, maxLength = config.maxPositions, temperature = 1 } = options;
      const parts = { device, config, weights, adapter, gradients, objective };
      const chunk = logitsChunk(config.vocabSize, device.provider);
      this.#blockwise = new Blockwise({ ...parts, maxLength, temperature, chunk });
    }
  }

  /** What learns: the adapter's weights, where there is an adapter. */
  get trained(): DeviceParameters {
    return this.options.adapter?.weights ?? this.weights;
  }

  /** The gradients that have been accumulated, by the names of the files. */
  async gradients(): Promise<Map<string, TensorView<DeviceArray>>> {
    await this.#join();
    return this.#lanes[0].gradients.tensors();
  }

  /**
   * Deals rows into micro-batches: see {@linkcode microBatches}.
   *
   * @param maxTokens what one may have, padding included; on a CPU smaller ones are faster, and taken
   */
  microBatches(rows: readonly TokenRow[], maxTokens?: number): number[][] {
    const most = microBatchTokens(this.device, this.config, maxTokens, this.lanes);
    const padded = this.device.provider === "CUDA" ? widthBucket : undefined;
    const deal = microBatches(rows, most, padded);
    if (this.lanes === 1) return deal.batches;
    // As many for each lane. Parts of a group repeat its prompt.
    const count = this.lanes * Math.ceil(deal.tokens / (most * this.lanes));
    const again = rows.reduce((n, { prompt }) => Math.max(n, prompt.length), 0);
    return microBatches(rows, Math.min(most, Math.ceil(deal.tokens / count) + again)).batches;
  }

  /**
   * Log-probability and entropy of each counted token; no gradient.
   *
   * As of {@linkcode accumulate}, {@linkcode lanes} calls may be under way at once, and then take the time of one.
   */
  logProbs(batch: TokenBatch): Promise<PerToken> {
    return this.#inLane(
      this.#begun.forward++,
      (lane) =>
        this.#padded(
          batch,
          {},
          (batch) => this.#blockwise?.forward(batch) ?? this.#run(lane, "forward", batch, {}),
        ),
    );
  }

  /**
   * Adds the gradient of the objective on a batch. What is added to what depends on the order of the calls, not on
   * which is done first.
   *
   * @param perToken the objective's inputs; a token whose inputs are all zero must add nothing to the loss
   * @returns the objective's outputs, with `logProb`, `entropy`, and `loss` (one element)
   */
  accumulate(batch: TokenBatch, perToken: PerToken): Promise<PerToken> {
    return this.#inLane(this.#begun.accumulate++, async (lane) => {
      // A graph of its own for the first saves a pass over the gradients, and holds its activations beside the other's.
      // On a GPU that pass is nothing, and the memory is the model's; in lanes the pass is short, and memory that was used
      // an update ago is in no cache.
      const first = lane.accumulated === 0;
      const own = first && this.device.provider === "CPU" && this.lanes === 1;
      if (first && (this.#blockwise || !own)) lane.gradients.data.clear();
      const results = await this.#padded(
        batch,
        perToken,
        (batch, perToken) =>
          this.#blockwise?.accumulate(batch, perToken) ??
            this.#run(lane, own ? "gradient" : "accumulate", batch, perToken),
      );
      lane.accumulated++;
      return results;
    });
  }

  async #padded(
    batch: TokenBatch,
    perToken: PerToken,
    run: (batch: TokenBatch, perToken: PerToken) => Promise<PerToken>,
  ): Promise<PerToken> {
    const { bucketed = this.device.provider === "CUDA" } = this.options;
    if (!bucketed) return await run(batch, perToken);
    const whole = bucketedBatch(batch);
    const results = await run(whole, padPerToken(perToken, whole.targets.length));
    return trimPerToken(results, batch.targets.length);
  }

  /** Updates the weights by the accumulated gradient, and forgets it. */
  async update(learningRate: number): Promise<UpdateReport> {
    await this.#join();
    this.#lanes[0].accumulated = this.#begun.accumulate = this.#begun.forward = 0;
    const report = await this.optimizer.update(learningRate);
    this.trained.changed();
    return report;
  }

  /** Adds the gradients of all lanes up in the first. */
  async #join(): Promise<void> {
    const [first, ...others] = this.#lanes;
    if (first.accumulated === 0) {
      if (!this.device.collective) throw new Error("No gradient was accumulated before the update");
      first.gradients.data.clear(); // Of few rows, a rank may have got none.
    }
    if (others.every(({ accumulated }) => accumulated === 0)) return;
    for (const { gradients, accumulated } of others) if (accumulated === 0) gradients.data.clear();
    await this.#sum!.run();
    for (const lane of others) lane.accumulated = 0;
  }

  /** Does something in a lane, once that is free. */
  #inLane<T>(turn: number, work: (lane: Lane) => Promise<T>): Promise<T> {
    const lane = this.#lanes[turn % this.lanes];
    const done = lane.free.then(() => work(lane));
    lane.free = done.catch(() => {});
    return done;
  }

  async #run(
    lane: Lane,
    kind: GraphKind,
    batch: TokenBatch,
    perToken: PerToken,
  ): Promise<PerToken> {
    const { outputs } = this.#compile(kind), binding = this.#bind(lane, kind);
    await this.weights.ready();
    await this.options.adapter?.weights.ready();
    const count = batch.targets.length;
    const results = Object.fromEntries(
      outputs.map((name) => [name, zeros(name === "loss" ? [] : [count])]),
    );
    binding
      .inputs({
        ids: { data: batch.ids, shape: [batch.ids.length] },
        ...attended(batch),
        counted: { data: batch.counted, shape: [count] },
        targets: { data: batch.targets, shape: [count] },
        ...Object.fromEntries(
          Object.entries(perToken).map(([name, data]) => [name, { data, shape: [count] }]),
        ),
      })
      .outputs(results);
    await binding.run();
    return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, t.data]));
  }

  #bind(lane: Lane, kind: GraphKind): Binding {
    let binding = lane.bindings.get(kind);
    if (!binding) {
      binding = this.#compile(kind).program.bind(this.weights.operands())
        .inputs(this.options.adapter?.weights.operands() ?? {});
      if (kind === "accumulate") binding.inputs(lane.gradients.blocks("base."));
      if (kind !== "forward") binding.outputs(lane.gradients.blocks("gradient."));
      lane.bindings.set(kind, binding);
    }
    return binding;
  }

  #compile(kind: GraphKind): Compiled {
    let compiled = this.#compiled.get(kind);
    if (!compiled) {
      const { config, weights: { layout, type }, objective, options } = this;
      const { graph, outputs } = trainingGraph(kind, config, layout, type, objective, options);
      const threads = threadsBeside(this.device, this.lanes);
      const settings = { threads, tf32: type !== "float32" };
      compiled = { program: this.device.compile(graph, undefined, settings), outputs };
      this.#compiled.set(kind, compiled);
    }
    return compiled;
  }

  /** Frees the compiled graphs, the gradients and the optimizer's state; the weights stay the caller's. */
  [Symbol.dispose](): void {
    for (const { bindings } of this.#lanes) {
      for (const binding of bindings.values()) binding[Symbol.dispose]();
    }
    for (const { program } of this.#compiled.values()) program[Symbol.dispose]();
    this.#blockwise?.[Symbol.dispose]();
    this.#sum?.[Symbol.dispose]();
    this.optimizer[Symbol.dispose]();
    for (const { gradients } of this.#lanes) gradients[Symbol.dispose]();
  }
}
