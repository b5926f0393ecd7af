/**
 * Gradient checkpointing: one block's graph serves all layers of a kind, only the stream between blocks is kept, and
 * the logits exist for a chunk of tokens at a time. A third more products (each block, and the head, runs forward
 * twice) for activations of one block instead of all.
 */

import {
  type Binding,
  type Device,
  type DeviceArray,
  type Program,
  type TensorView,
  zeros,
} from "../device.ts";
import {
  blockGraph,
  embeddingGraph,
  headGraph,
  LAYER,
  objectiveGraph,
  type Pieces,
} from "./blockwise_graphs.ts";
import type { DecoderConfig } from "./config.ts";
import type { PerToken } from "./learner.ts";
import { attended, type TokenBatch } from "./token_batch.ts";
import type { Objective } from "./training_graph.ts";
import type { DeviceAdapter, DeviceParameters } from "./device_parameters.ts";

/** Bytes of logits a chunk, at most: a GPU's matrix units want more rows at once. */
const LOGITS_BYTES = { CPU: 1 << 26, CUDA: 1 << 30 };

/** How many tokens' logits make a chunk. */
export function logitsChunk(vocabSize: number, provider: Device["provider"] = "CPU"): number {
  return Math.max(1, Math.floor(LOGITS_BYTES[provider] / (4 * vocabSize)));
}

/** What is computed with. */
export interface BlockwiseParts {
  device: Device;
  config: DecoderConfig;
  weights: DeviceParameters;
  adapter?: DeviceAdapter;
  /** Of what learns; added to. */
  gradients: DeviceParameters;
  objective: Objective;
  /** The longest row. */
  maxLength: number;
  temperature: number;
  /** Tokens whose logits exist at a time. */
  chunk: number;
}

/** A learner's forward and backward passes, a block at a time. */
export class Blockwise implements Disposable {
  readonly #pieces: Pieces;
  readonly #objective: ReturnType<typeof objectiveGraph>;
  readonly #programs = new Map<string, Program>();
  readonly #bindings = new Map<string, Binding>();
  /** The stream before each block and after the last, then two gradients of it; grows with the batches. */
  #streams: DeviceArray[] = [];

  /** Compiles nothing yet. */
  constructor(readonly parts: BlockwiseParts) {
    const { config, weights: { layout, type }, adapter, maxLength, temperature } = parts;
    this.#pieces = { config, layout, type, adapter, positions: maxLength, temperature };
    this.#objective = objectiveGraph(parts.objective);
  }

  /** Log-probability and entropy of each counted token. */
  async forward(batch: TokenBatch): Promise<PerToken> {
    return await this.#forward(batch, (layer) => layer % 2);
  }

  /** Adds the gradient of the objective; returns its outputs, with `logProb`, `entropy` and `loss`. */
  async accumulate(batch: TokenBatch, perToken: PerToken): Promise<PerToken> {
    const { config: { layers, windows }, adapter } = this.parts;
    const tokens = await this.#forward(batch, (layer) => layer);
    const { results, cotangents } = await this.#objectiveOf(tokens, perToken);

    let d = this.#stream(layers + 1, batch), next = this.#stream(layers + 2, batch);
    d.data.clear();
    await this.#headBackward(batch, cotangents, d);
    for (let layer = layers - 1; layer >= 0; layer--) {
      const binding = this.#bound(
        `backward ${windows[layer]}`,
        layer,
        () => blockGraph(this.#pieces, layer, true),
        (binding) => {
          const at = `layers.${layer}.`, { gradients } = this.parts;
          return binding
            .inputs({
              ...this.#layerWeights(layer),
              ...renamed(gradients.blocks(), at, `base.${LAYER}`),
            })
            .outputs(renamed(gradients.blocks(), at, `gradient.${LAYER}`));
        },
      );
      await binding
        .inputs({ ...attended(batch), stream: this.#stream(layer, batch), "d.next": d })
        .outputs({ "gradient.stream": next }).run();
      [d, next] = [next, d];
    }
    if (!adapter) await this.#embeddingBackward(batch, d);
    return { ...tokens, ...results };
  }

  /** @param place which of the streams takes the one before a layer, or after the last */
  async #forward(batch: TokenBatch, place: (layer: number) => number): Promise<PerToken> {
    const { config: { layers, windows }, weights, adapter } = this.parts;
    await weights.ready();
    await adapter?.weights.ready();
    const embed = this.#bound(
      "embedding",
      0,
      () => embeddingGraph(this.#pieces, false),
      (binding) => binding.inputs(renamed(weights.operands(), "embedding", "embedding")),
    );
    await embed.inputs({ ids: { data: batch.ids, shape: [batch.ids.length] } })
      .outputs({ stream: this.#stream(place(0), batch) }).run();
    for (let layer = 0; layer < layers; layer++) {
      const binding = this.#bound(
        `forward ${windows[layer]}`,
        layer,
        () => blockGraph(this.#pieces, layer, false),
        (binding) => binding.inputs(this.#layerWeights(layer)),
      );
      await binding.inputs({ ...attended(batch), stream: this.#stream(place(layer), batch) })
        .outputs({ next: this.#stream(place(layer + 1), batch) }).run();
    }
    const head = this.#bound(
      "head",
      0,
      () => headGraph(this.#pieces, null),
      (binding) => binding.inputs(this.#headWeights()),
    ).inputs({ stream: this.#stream(place(layers), batch) });
    const count = batch.targets.length;
    const logProb = new Float32Array(count), entropy = new Float32Array(count);
    for (const chunk of this.#chunks(count)) {
      await head.inputs(chunk.of(batch))
        .outputs({ logProb: chunk.view(logProb), entropy: chunk.view(entropy) }).run();
    }
    return { logProb, entropy };
  }

  async #objectiveOf({ logProb, entropy }: PerToken, perToken: PerToken) {
    const { graph, outputs, wanted } = this.#objective;
    const shape = [logProb.length];
    const views = (arrays: PerToken) =>
      Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, { data, shape }]));
    const results = Object.fromEntries(
      outputs.map((name) => [name, zeros(name === "loss" ? [] : shape)]),
    );
    const cotangents = Object.fromEntries(
      (["logProb", "entropy"] as const).filter((name) => wanted[name])
        .map((name) => [`d.${name}`, zeros(shape)]),
    );
    const binding = this.#bound("objective", 0, () => graph, (binding) => binding);
    await binding.inputs({ ...views({ logProb, entropy }), ...views(perToken) })
      .outputs({ ...results, ...cotangents }).run();
    const data = Object.entries(results).map(([name, { data }]) => [name, data]);
    return { results: Object.fromEntries(data) as PerToken, cotangents };
  }

  async #headBackward(
    batch: TokenBatch,
    cotangents: Record<string, TensorView<Float32Array<ArrayBuffer>>>,
    d: TensorView,
  ): Promise<void> {
    const { config: { layers, tied }, adapter, gradients } = this.parts;
    const learning = (prefix: string) =>
      adapter ? {} : Object.assign(
        {},
        ...["final_norm", tied ? "embedding" : "head"].map((name) =>
          renamed(gradients.blocks(), name, prefix + name)
        ),
      );
    const head = this.#bound(
      "head backward",
      0,
      () => headGraph(this.#pieces, this.#objective.wanted),
      (binding) =>
        binding.inputs({ ...this.#headWeights(), ...learning("base.") })
          .outputs(learning("gradient.")),
    ).inputs({ stream: this.#stream(layers, batch), "base.stream": d })
      .outputs({ "gradient.stream": d });
    for (const chunk of this.#chunks(batch.targets.length)) {
      const ds = Object.entries(cotangents).map(([name, { data }]) => [name, chunk.view(data)]);
      await head.inputs({ ...chunk.of(batch), ...Object.fromEntries(ds) }).run();
    }
  }

  async #embeddingBackward(batch: TokenBatch, d: TensorView): Promise<void> {
    const { weights, gradients } = this.parts;
    const embed = this.#bound(
      "embedding backward",
      0,
      () => embeddingGraph(this.#pieces, true),
      (binding) =>
        binding.inputs({
          ...renamed(weights.operands(), "embedding", "embedding"),
          ...renamed(gradients.blocks(), "embedding", "base.embedding"),
        }).outputs(renamed(gradients.blocks(), "embedding", "gradient.embedding")),
    );
    await embed.inputs({
      ids: { data: batch.ids, shape: [batch.ids.length] },
      "d.stream": d,
    }).run();
  }

  #chunks(count: number) {
    const { chunk: size } = this.parts;
    return Array.from({ length: Math.ceil(count / size) }, (_, i) => {
      const from = i * size, to = Math.min(count, from + size), shape = [to - from];
      const view = (data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>) => ({
        data: data.subarray(from, to),
        shape,
      });
      const of = ({ counted, targets }: TokenBatch) => ({
        counted: view(counted),
        targets: view(targets),
      });
      return { view, of };
    });
  }

  #stream(place: number, { ids }: TokenBatch): TensorView<DeviceArray> {
    const { hiddenSize } = this.parts.config;
    const size = ids.length * hiddenSize;
    if (!(this.#streams[place]?.length >= size)) {
      this.#streams[place]?.[Symbol.dispose]();
      this.#streams[place] = this.parts.device.array(size);
    }
    return {
      data: this.#streams[place].subarray(0, size),
      shape: [ids.length, hiddenSize],
    };
  }

  #layerWeights(layer: number): Record<string, TensorView> {
    const { weights, adapter } = this.parts, at = `layers.${layer}.`;
    return {
      ...renamed(weights.operands(), at, LAYER),
      ...adapter ? renamed(adapter.weights.operands(), at, LAYER) : {},
    };
  }

  #headWeights(): Record<string, TensorView> {
    const { weights, config: { tied } } = this.parts;
    const head = tied ? "embedding" : "head";
    return {
      ...renamed(weights.operands(), "final_norm", "final_norm"),
      ...renamed(weights.operands(), head, head),
    };
  }

  /** A program's binding for a layer; the program is compiled when it is first needed. */
  #bound(
    name: string,
    layer: number,
    graph: () => Parameters<Device["compile"]>[0],
    attach: (binding: Binding) => Binding,
  ): Binding {
    const key = `${name} ${layer}`;
    let binding = this.#bindings.get(key);
    if (!binding) {
      let program = this.#programs.get(name);
      if (!program) this.#programs.set(name, program = this.#compile(graph()));
      this.#bindings.set(key, binding = attach(program.bind()));
    }
    return binding;
  }

  #compile(graph: Parameters<Device["compile"]>[0]): Program {
    return this.parts.device.compile(graph, {}, { tf32: this.#pieces.type !== "float32" });
  }

  /** Frees the compiled graphs and the streams. */
  [Symbol.dispose](): void {
    // Where only some rows were ever forward, not every place has a stream.
    for (const stream of this.#streams) stream?.[Symbol.dispose]();
    for (const binding of this.#bindings.values()) binding[Symbol.dispose]();
    for (const program of this.#programs.values()) program[Symbol.dispose]();
  }
}

/** The blocks under a prefix, by the names below another. */
function renamed(
  blocks: Record<string, TensorView>,
  prefix: string,
  name: string,
): Record<string, TensorView> {
  return Object.fromEntries(
    Object.entries(blocks).filter(([block]) => block.startsWith(prefix))
      .map(([block, view]) => [name + block.slice(prefix.length), view]),
  );
}
