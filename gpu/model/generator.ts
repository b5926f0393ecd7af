/**
 * Continuous batching: sequences take slots of the cache as others end.
 *
 * Active sequences always fill the first slots. When one ends, the last active one moves into its place, so that the
 * batch shrinks with the work; when enough slots are free, waiting prompts are prefilled side by side.
 */

import type { Device, Program } from "../device.ts";
import type { Graph } from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import { lengthBucket } from "./buckets.ts";
import { type Active, DecodeBatch, type Drawing, kindOf, type Sequence } from "./decode_batch.ts";
import { prefillGraph, stepGraph } from "./decoding_graph.ts";
import type { DeviceAdapter, DeviceParameters } from "./device_parameters.ts";
import { KvCache } from "./kv_cache.ts";
import type { Layout } from "./parameters.ts";
import type { SamplerKind } from "./sampler.ts";

/** Tokens that are prefilled side by side, padding included, unless one prompt has more: it bounds the activations. */
export const PREFILL_TOKENS = 4096;

/** What a step's kernels read on the host: GroupQueryAttention's longest sequence, TopK's number. */
const ON_HOST = ["longest", "sorted"];

/** How a sequence was continued. */
export interface Continuation {
  /** Token ids, with the end token if it was drawn. */
  tokens: number[];
  /** Log-probability of each. */
  logProbs: number[];
  /** Whether it ended by itself. */
  ended: boolean;
}

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
  readonly #steps = new Map<SamplerKind, Program>();
  /** Below an adapter the weights never change: packed once, they serve the whole run. */
  readonly #packedSteps = new Map<SamplerKind, Program>();
  #prefill: Program | undefined;
  #cache: KvCache | undefined;

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
    const results = new Array<Continuation>(sequences.length);
    const waiting = sequences.map((sequence, index) => ({ sequence, index }));
    for (const { sequence, index } of waiting) this.#check(sequence, index);
    waiting.reverse(); // taken from the end
    const cache = this.#cacheFor(sequences);
    const kind = kindOf(drawing, this.config);
    const packed = this.#packs(sequences);
    const step = packed ? this.#packedStep(kind) : this.#liveStep(kind);
    await this.weights.ready();
    await this.adapter?.weights.ready();
    const weights = {
      ...packed ? {} : this.weights.operands(),
      ...this.adapter?.weights.operands(),
    };
    const batch = new DecodeBatch(step, weights, cache, drawing, kind, this.fixed);
    try {
      const active: Active[] = [];
      while (waiting.length > 0 || active.length > 0) {
        options.signal?.throwIfAborted();
        const free = cache.slots - active.length;
        // Prefilling a few at a time wastes the matrix units; an eighth of the slots is a good batch.
        if (waiting.length > 0 && free >= Math.min(waiting.length, Math.ceil(cache.slots / 8))) {
          const admitted = waiting.splice(-free).reverse();
          await this.#admit(admitted, active, cache);
        }
        await batch.step(active);
        options.onTokens?.(active.length);
        for (let slot = active.length - 1; slot >= 0; slot--) {
          const row = active[slot];
          const ended = this.endTokens.includes(row.last);
          if (!ended && row.tokens.length < row.sequence.maxTokens) continue;
          results[row.index] = { tokens: row.tokens, logProbs: row.logProbs, ended };
          const mover = active.pop()!;
          if (slot < active.length) {
            cache.copy(active.length, slot, mover.length);
            active[slot] = mover;
          }
        }
      }
    } finally {
      batch[Symbol.dispose]();
      if (packed && !this.adapter) step[Symbol.dispose]();
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

  #cacheFor(sequences: readonly Sequence[]): KvCache {
    const longest = sequences.reduce((n, s) => Math.max(n, s.prompt.length + s.maxTokens), 1);
    // The table of rotary angles reaches no further than the longest sequence.
    const capacity = this.fixed ? Math.min(lengthBucket(longest), this.maxLength) : longest;
    const slots = Math.min(this.slots, Math.max(1, sequences.length));
    const cache = this.#cache;
    if (cache && cache.capacity === capacity && cache.slots >= slots) return cache;
    cache?.[Symbol.dispose]();
    return this.#cache = new KvCache(this.device, this.config, slots, capacity, this.weights.type);
  }

  #packedStep(kind: SamplerKind): Program {
    const kept = this.#packedSteps.get(kind);
    if (kept) return kept;
    const { config, weights: { layout, type }, maxLength, adapter } = this;
    const graph = stepGraph(config, layout, maxLength, kind, "packed", type, adapter);
    const program = this.device.compile(graph, this.weights.blocks());
    if (this.adapter) this.#packedSteps.set(kind, program);
    return program;
  }

  #liveStep(kind: SamplerKind): Program {
    let program = this.#steps.get(kind);
    if (!program) {
      const { config, weights: { layout, type }, maxLength, adapter } = this;
      const graph = stepGraph(config, layout, maxLength, kind, "live", type, adapter);
      this.#steps.set(kind, program = this.#compile(graph, this.fixed));
    }
    return program;
  }

  #compile(graph: Graph, captured = false): Program {
    const tf32 = this.weights.type !== "float32";
    return this.device.compile(graph, {}, { tf32, capture: captured ? ON_HOST : undefined });
  }

  /** Gives each sequence a slot; equal prompts are prefilled once and copied. */
  async #admit(
    admitted: readonly { sequence: Sequence; index: number }[],
    active: Active[],
    cache: KvCache,
  ): Promise<void> {
    const first = active.length;
    const byPrompt = Map.groupBy(admitted, ({ sequence }) => sequence.prompt.join(" "));
    const groups = [...byPrompt.values()].map((items) => {
      const { prompt } = items[0].sequence;
      const length = prompt.length - 1;
      const slots = items.map(({ sequence, index }) =>
        active.push({ sequence, index, tokens: [], logProbs: [], last: prompt[length], length }) - 1
      );
      return { prompt, slots };
    });
    const prompts = groups.map((group) => group.prompt);
    for (let from = 0; from < prompts.length;) {
      let to = from, width = 0;
      while (to < prompts.length) {
        const wider = Math.max(width, prompts[to].length - 1);
        if (to > from && (to + 1 - from) * wider > PREFILL_TOKENS) break;
        width = wider;
        to++;
      }
      if (width > 0) await this.#prefillRows(prompts.slice(from, to), width, first + from, cache);
      from = to;
    }
    // Group k was prefilled into slot first + k, which is never after its own first slot: from the last group on,
    // nothing that is still to be copied is overwritten.
    for (let k = groups.length - 1; k >= 0; k--) {
      for (const slot of groups[k].slots) cache.copy(first + k, slot, groups[k].prompt.length - 1);
    }
  }

  async #prefillRows(
    prompts: readonly (readonly number[])[],
    width: number,
    first: number,
    cache: KvCache,
  ): Promise<void> {
    const { config, weights: { layout, type }, maxLength, adapter } = this;
    this.#prefill ??= this.#compile(prefillGraph(config, layout, maxLength, type, adapter));
    // Rows and tokens added fill slots and places that others will overwrite before they are looked at.
    const rows = this.fixed
      ? Math.min(lengthBucket(prompts.length), cache.slots - first)
      : prompts.length;
    const wide = this.fixed ? Math.min(lengthBucket(width), cache.capacity) : width;
    const ids = new BigInt64Array(rows * wide);
    prompts.forEach((prompt, row) => {
      for (let i = 0; i < prompt.length - 1; i++) ids[row * wide + i] = BigInt(prompt[i]);
    });
    // A prompt of one token leaves nothing to prefill; its row then holds rubbish that the first step overwrites.
    const lengths = new Int32Array(rows);
    prompts.forEach((prompt, row) => lengths[row] = Math.max(0, prompt.length - 2));
    const { inputs, outputs } = cache.views(first, rows);
    using binding = this.#prefill.bind({
      ...this.weights.operands(),
      ...this.adapter?.weights.operands(),
      ...inputs,
      ids: { data: ids, shape: [rows, wide] },
      lengths: { data: lengths, shape: [rows] },
      longest: { data: Int32Array.of(wide), shape: [] },
    }, outputs);
    await binding.run();
  }

  /** Frees the compiled graphs and the cache. */
  [Symbol.dispose](): void {
    this.#cache?.[Symbol.dispose]();
    this.#prefill?.[Symbol.dispose]();
    for (const program of [...this.#steps.values(), ...this.#packedSteps.values()]) {
      program[Symbol.dispose]();
    }
  }
}
