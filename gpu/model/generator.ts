/** Drawing continuations from a decoder's weights, in one batch or in several side by side. */

import type { Continuation, DecodingPlan, Sequence } from "../decoding.ts";
import type { Device, Program } from "../device.ts";
import type { DecoderConfig } from "./config.ts";
import { lengthBucket } from "./buckets.ts";
import { prefillGraph, stepGraph } from "./decoding_graph.ts";
import type { DeviceAdapter, DeviceParameters } from "./device_parameters.ts";
import { KvCache } from "./kv_cache.ts";
import { Lanes } from "./lanes.ts";
import type { Layout } from "./parameters.ts";
import { type Drawing, kindOf, samplerInputs, type SamplerKind } from "./sampler.ts";
import { threadsBeside } from "./together.ts";

/** Tokens that are prefilled side by side, padding included, unless one prompt has more: it bounds the activations. */
export const PREFILL_TOKENS = 4096;

/** What a step's kernels read on the host: GroupQueryAttention's longest sequence, TopK's number. */
const ON_HOST = ["longest", "sorted"];

/**
 * Sequences that make a lane of their own worth it. A step is dozens of small operators, and their threads wait for
 * each other at each: a batch a thread does the same work in half the time. Of few sequences, though, each batch would
 * read all the weights for a handful of rows.
 */
const LANE = 16;

/** Options of {@linkcode Generator.generate}. */
export interface GeneratorOptions {
  /** Aborts between two steps. */
  signal?: AbortSignal;
  /** Called after each step with the number of tokens drawn. */
  onTokens?: (count: number) => void;
}

/**
 * Whether a packed copy of the weights pays. It makes a step's matrix products a third faster, but has to be made anew
 * after each update. Measured on one core: 65 against 95 billion operations a second; 30 ms and 2 ns a weight to compile.
 */
export function packingPays(
  { parameters }: Layout,
  sequences: readonly Pick<Sequence, "maxTokens">[],
): boolean {
  const tokens = sequences.reduce((n, s) => n + s.maxTokens, 0);
  const operations = 2 * parameters * tokens;
  return operations * (1 / 65e9 - 1 / 95e9) > 2 * (0.03 + 2e-9 * parameters);
}

/** Draws continuations from a decoder's live weights: an update is seen by the next call. */
export class Generator implements Disposable {
  /** Compiled once: over live weights, or below an adapter, whose base never changes, over packed ones. */
  readonly #programs = new Map<string, Program>();
  #caches: KvCache[] = [];

  /**
   * Compiles nothing yet: each graph is compiled when it is first needed.
   *
   * @param endTokens a sequence ends with any of these
   * @param slots the most sequences in flight
   * @param maxLength the longest sequence, prompt included
   * @param adapter is applied beside the weights
   * @param fixed takes shapes of which there are few, and lets a GPU capture steps as CUDA graphs
   */
  constructor(
    readonly device: Device,
    readonly config: DecoderConfig,
    readonly weights: DeviceParameters,
    readonly endTokens: readonly number[],
    readonly slots: number,
    readonly maxLength: number = config.maxPositions,
    readonly adapter?: DeviceAdapter,
    readonly fixed: boolean = device.provider === "CUDA",
  ) {}

  /** Continues every sequence; results are in the order given. */
  async generate(
    sequences: readonly Sequence[],
    drawing: Drawing,
    options: GeneratorOptions = {},
  ): Promise<Continuation[]> {
    options.signal?.throwIfAborted();
    for (const [index, sequence] of sequences.entries()) this.#check(sequence, index);
    if (sequences.length === 0) return [];
    const slots = Math.min(this.slots, sequences.length);
    const count = Math.max(1, Math.min(this.device.lanes, Math.floor(slots / LANE)));
    const caches = this.#cachesFor(sequences, slots, count);
    const threads = threadsBeside(this.device, count);
    const kind = kindOf(drawing, this.config);
    const packed = this.#packs(sequences);
    const step = this.#step(kind, packed, threads);
    await this.weights.ready();
    await this.adapter?.weights.ready();
    const adapter = this.adapter?.weights.operands();
    const weights = { ...this.weights.operands(), ...adapter };
    try {
      const plan = {
        prefill: { program: this.#prefill(threads), weights },
        step: { program: step, weights: packed ? adapter ?? {} : weights },
        caches: caches.map(({ arrays }) => arrays),
        sampled: kind !== "greedy",
        sampler: samplerInputs(drawing, kind, this.config.vocabSize),
        endTokens: this.endTokens,
        prefillTokens: PREFILL_TOKENS / count,
        fixed: this.fixed,
      };
      return await this.#drawn(plan, sequences, options);
    } finally {
      if (packed && !this.adapter) step[Symbol.dispose]();
    }
  }

  async #drawn(
    plan: DecodingPlan,
    sequences: readonly Sequence[],
    { signal, onTokens }: GeneratorOptions,
  ): Promise<Continuation[]> {
    const { device } = this, results = new Array<Continuation>(sequences.length);
    using decoding = device.decode?.(plan, sequences) ?? new Lanes(device, plan, sequences);
    while (decoding.left > 0) {
      for (const { drawn, finished } of await decoding.advance()) {
        for (const { index, ...continuation } of finished) results[index] = continuation;
        onTokens?.(drawn);
        signal?.throwIfAborted();
      }
    }
    return results;
  }

  /** Only the CPU's products have a packed layout, and only in float32. */
  #packs(sequences: readonly Sequence[]): boolean {
    const { device: { provider }, weights: { type, layout } } = this;
    return provider === "CPU" && type === "float32" && packingPays(layout, sequences);
  }

  #check({ prompt, maxTokens }: Sequence, index: number): void {
    if (prompt.length === 0) throw new Error(`Prompt ${index} is empty`);
    // A GPU would look up zeros.
    const unknown = prompt.find((id) => !(id >= 0 && id < this.config.vocabSize));
    if (unknown !== undefined) {
      throw new Error(
        `Prompt ${index} has a token ${unknown}; the model knows ${this.config.vocabSize}`,
      );
    }
    if (maxTokens < 1) {
      throw new Error(`Prompt ${index} asks for ${maxTokens} tokens; ask for at least 1`);
    }
    if (prompt.length + maxTokens > this.maxLength) {
      throw new Error(
        `Prompt ${index} has ${prompt.length} tokens; with ${maxTokens} to draw it exceeds the model's ${this.maxLength}`,
      );
    }
  }

  /** A cache for each lane, with the slots between them. */
  #cachesFor(sequences: readonly Sequence[], slots: number, lanes: number): KvCache[] {
    const longest = sequences.reduce((n, s) => Math.max(n, s.prompt.length + s.maxTokens), 1);
    // The table of rotary angles reaches no further than the longest sequence.
    const capacity = this.fixed ? Math.min(lengthBucket(longest), this.maxLength) : longest;
    const each = Math.ceil(slots / lanes), caches = this.#caches;
    const fit = ({ capacity: c, slots: s }: KvCache) => c === capacity && s >= each;
    if (caches.length === lanes && caches.every(fit)) return caches;
    for (const cache of caches) cache[Symbol.dispose]();
    const { device, config, weights: { type } } = this;
    return this.#caches = Array.from(
      { length: lanes },
      () => KvCache.of(device, config, each, capacity, type),
    );
  }

  #step(kind: SamplerKind, packed: boolean, threads: number | undefined): Program {
    const { config, weights, maxLength, adapter, fixed } = this, { layout, type } = weights;
    const of = packed ? "packed" : "live";
    const make = () =>
      this.device.compile(
        stepGraph(config, layout, maxLength, kind, of, type, adapter),
        packed ? weights.blocks() : undefined,
        { threads, tf32: type !== "float32", capture: fixed && !packed ? ON_HOST : undefined },
      );
    // Packed weights do not see an update; an adapter's base has none.
    return packed && !adapter ? make() : this.#kept(`${kind}, ${of}, ${threads}`, make);
  }

  #prefill(threads: number | undefined): Program {
    const { config, weights: { layout, type }, maxLength, adapter } = this;
    const graph = () => prefillGraph(config, layout, maxLength, type, adapter);
    const options = { threads, tf32: type !== "float32" };
    return this.#kept(
      `prefill, ${threads}`,
      () => this.device.compile(graph(), undefined, options),
    );
  }

  #kept(name: string, make: () => Program): Program {
    let program = this.#programs.get(name);
    if (!program) this.#programs.set(name, program = make());
    return program;
  }

  /** Frees the compiled graphs and the caches. */
  [Symbol.dispose](): void {
    for (const cache of this.#caches) cache[Symbol.dispose]();
    for (const program of this.#programs.values()) program[Symbol.dispose]();
  }
}
