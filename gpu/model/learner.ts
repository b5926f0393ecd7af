/** Training: what an objective makes of the tokens of a batch, its gradient, and the update. */

import type { Binding, Device, DeviceArray, Program, TensorView } from "../device.ts";
import { zeros } from "../device.ts";
import * as g from "../graph/mod.ts";
import { AdamW, type AdamWOptions, type UpdateReport } from "./adamw.ts";
import { Blockwise, logitsChunk } from "./blockwise.ts";
import { bucketedBatch, padPerToken, trimPerToken } from "./buckets.ts";
import type { DecoderConfig } from "./config.ts";
import { declareWeights, decoder, fullAttention, logits } from "./decoder.ts";
import { type DeviceAdapter, DeviceParameters } from "./device_parameters.ts";
import type { Layout } from "./parameters.ts";

/** Padded sequences, and which of their tokens count. */
export interface TokenBatch {
  /** [rows, width] token ids, row by row, padded on the right. */
  ids: BigInt64Array<ArrayBuffer>;
  /** Sequences. */
  rows: number;
  /** Length of the longest one. */
  width: number;
  /** [n] where (row · width + column) the stream predicts each counted token; no repeats. */
  positions: BigInt64Array<ArrayBuffer>;
  /** [n] the tokens predicted there. */
  targets: BigInt64Array<ArrayBuffer>;
}

/** What an objective gets: a tensor for each counted token. */
export interface ObjectiveInputs extends g.TokenLogProbs {
  /** Declares an input [n] that the caller provides with each batch. */
  perToken(name: string): g.Tensor;
}

/** A loss over the tokens of a batch, with anything else [n] that should be seen. */
export type Objective = (inputs: ObjectiveInputs) => {
  loss: g.Tensor;
  outputs?: Record<string, g.Tensor>;
};

/** Options of a {@linkcode Learner}. */
export interface LearnerOptions {
  /** Divides the logits, as it did when the tokens were drawn. @default 1 */
  temperature?: number;
  /** The longest row, in tokens: how far the table of rotary angles reaches. @default the model's maximum */
  maxLength?: number;
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

interface Compiled {
  program: Program;
  binding: Binding;
  outputs: readonly string[];
}

/** Weights that learn by an objective. */
export class Learner implements Disposable {
  /** AdamW's state. */
  readonly optimizer: AdamW;
  readonly #gradients: DeviceParameters;
  readonly #compiled = new Map<string, Compiled>();
  readonly #blockwise: Blockwise | undefined;
  #accumulated = 0;

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
    this.#gradients = new DeviceParameters(device, this.trained.layout);
    this.optimizer = new AdamW(device, this.trained, this.#gradients, options.optimizer);
    if (options.checkpointing) {
      const { adapter, maxLength = config.maxPositions, temperature = 1 } = options;
      const gradients = this.#gradients;
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
  gradients(): Map<string, TensorView<DeviceArray>> {
    return this.#gradients.tensors();
  }

  /** Log-probability and entropy of each counted token; no gradient. */
  logProbs(batch: TokenBatch): Promise<PerToken> {
    return this.#padded(
      batch,
      {},
      (batch) => this.#blockwise?.forward(batch) ?? this.#run("forward", batch, {}),
    );
  }

  /**
   * Adds the gradient of the objective on a batch.
   *
   * @param perToken the objective's inputs; a token whose inputs are all zero must add nothing to the loss
   * @returns the objective's outputs, with `logProb`, `entropy`, and `loss` (one element)
   */
  async accumulate(batch: TokenBatch, perToken: PerToken): Promise<PerToken> {
    // A graph of its own for the first saves a pass over the gradients, and holds its activations beside the other's: on a
    // GPU that pass is nothing, and the memory is the model's.
    const first = this.#accumulated === 0, own = first && this.device.provider === "CPU";
    if (first && (this.#blockwise || !own)) this.#gradients.data.clear();
    const results = await this.#padded(
      batch,
      perToken,
      (batch, perToken) =>
        this.#blockwise?.accumulate(batch, perToken) ??
          this.#run(own ? "gradient" : "accumulate", batch, perToken),
    );
    this.#accumulated++;
    return results;
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
    if (this.#accumulated === 0) throw new Error("No gradient was accumulated before the update");
    this.#accumulated = 0;
    const report = await this.optimizer.update(learningRate);
    this.trained.changed();
    return report;
  }

  async #run(kind: GraphKind, batch: TokenBatch, perToken: PerToken): Promise<PerToken> {
    const compiled = this.#compile(kind);
    await this.weights.ready();
    await this.options.adapter?.weights.ready();
    const count = batch.targets.length;
    const results = Object.fromEntries(
      compiled.outputs.map((name) => [name, zeros(name === "loss" ? [] : [count])]),
    );
    compiled.binding
      .inputs({
        ids: { data: batch.ids, shape: [batch.rows, batch.width] },
        positions: { data: batch.positions, shape: [count] },
        targets: { data: batch.targets, shape: [count] },
        ...Object.fromEntries(
          Object.entries(perToken).map(([name, data]) => [name, { data, shape: [count] }]),
        ),
      })
      .outputs(results);
    await compiled.binding.run();
    return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, t.data]));
  }

  #compile(kind: GraphKind): Compiled {
    let compiled = this.#compiled.get(kind);
    if (!compiled) {
      const { layout, type } = this.weights;
      const { graph, outputs } = trainingGraph(
        kind,
        this.config,
        layout,
        type,
        this.objective,
        this.options,
      );
      const program = this.device.compile(graph, {}, { tf32: type !== "float32" });
      const binding = program.bind(this.weights.operands())
        .inputs(this.options.adapter?.weights.operands() ?? {});
      if (kind === "accumulate") binding.inputs(this.#gradients.blocks("base."));
      if (kind !== "forward") binding.outputs(this.#gradients.blocks("gradient."));
      compiled = { program, binding, outputs };
      this.#compiled.set(kind, compiled);
    }
    return compiled;
  }

  /** Frees the compiled graphs, the gradients and the optimizer's state; the weights stay the caller's. */
  [Symbol.dispose](): void {
    for (const { program, binding } of this.#compiled.values()) {
      binding[Symbol.dispose]();
      program[Symbol.dispose]();
    }
    this.#blockwise?.[Symbol.dispose]();
    this.optimizer[Symbol.dispose]();
    this.#gradients[Symbol.dispose]();
  }
}

/** Log-probabilities alone; with gradients; with gradients added to those of earlier micro-batches. */
type GraphKind = "forward" | "gradient" | "accumulate";

function trainingGraph(
  kind: GraphKind,
  config: DecoderConfig,
  layout: Layout,
  type: g.FloatType,
  objective: Objective,
  options: LearnerOptions,
): { graph: g.Graph; outputs: string[] } {
  const graph = new g.Graph();
  const { adapter } = options;
  const weights = declareWeights(
    graph,
    layout,
    kind === "forward" ? "live" : "trained",
    type,
    adapter,
  );
  const ids = graph.input("ids", ["batch", "sequence"], "int64");
  const positions = graph.input("positions", ["counted"], "int64");
  const targets = graph.input("targets", ["counted"], "int64");
  const stream = decoder(
    config,
    weights,
    ids,
    fullAttention(config, ids, options.maxLength ?? config.maxPositions, type),
  );
  // Logits are made only where a counted token is predicted: at a large vocabulary they cost more than the rest.
  const rows = g.selectRows(g.reshape(stream, ["tokens", config.hiddenSize]), positions);
  const tokens = g.tokenLogProbs(
    logits(config, weights, rows, 1 / (options.temperature ?? 1)),
    targets,
  );

  const named: Record<string, g.Tensor> = { ...tokens };
  if (kind !== "forward") {
    const perToken = (name: string) => graph.input(name, ["counted"]);
    const { loss, outputs } = objective({ ...tokens, perToken });
    Object.assign(named, outputs, { loss });
    const { blocks } = adapter?.weights.layout ?? layout;
    const wrt = blocks.map(({ name }) => weights[name]);
    const base = kind === "accumulate"
      ? blocks.map(({ name, shape }) => graph.input(`base.${name}`, shape))
      : [];
    g.gradients(loss, wrt, base).forEach((gradient, i) =>
      graph.output(`gradient.${blocks[i].name}`, gradient)
    );
  }
  for (const [name, tensor] of Object.entries(named)) graph.output(name, tensor);
  return { graph, outputs: Object.keys(named) };
}
