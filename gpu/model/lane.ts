/**
 * Continuous batching: sequences take slots of a cache as others end.
 *
 * Active sequences always fill the first slots. When one ends, the last active one moves into its place, so that the
 * batch shrinks with the work; when enough slots are free, waiting prompts are prefilled side by side.
 */

import type { Program, TensorView } from "../device.ts";
import { lengthBucket } from "./buckets.ts";
import type { Active, DecodeBatch, Sequence } from "./decode_batch.ts";
import type { KvCache } from "./kv_cache.ts";

/** How a sequence was continued. */
export interface Continuation {
  /** Token ids, with the end token if it was drawn. */
  tokens: number[];
  /** Log-probability of each. */
  logProbs: number[];
  /** Whether it ended by itself. */
  ended: boolean;
}

/** A sequence, and its place in the results. */
export interface Numbered {
  sequence: Sequence;
  index: number;
}

/** Options of a {@linkcode Lane}. */
export interface LaneOptions {
  /** What is prefilled side by side at most, padding included, unless one prompt has more. */
  prefillTokens: number;
  /** Whether a token ends its sequence. */
  ends: (token: number) => boolean;
  /** Takes shapes of which there are few. */
  fixed: boolean;
}

/** A batch with a cache of its own, in steps. */
export class Lane implements Disposable {
  readonly #active: Active[] = [];

  /**
   * Starts empty.
   *
   * @param batch of the cache's slots; the lane's own
   */
  constructor(
    readonly cache: KvCache,
    readonly batch: DecodeBatch,
    readonly prefill: () => Program,
    readonly weights: Record<string, TensorView>,
    readonly options: LaneOptions,
  ) {}

  /** How many sequences it has in flight. */
  get length(): number {
    return this.#active.length;
  }

  /**
   * Takes as many sequences as it has slots for, where those are worth a prefill.
   *
   * @param waiting taken from the end
   */
  async admit(waiting: Numbered[]): Promise<void> {
    const { slots } = this.cache, free = slots - this.length;
    // Prefilling a few at a time wastes the matrix units; an eighth of the slots is a good batch.
    const worth = Math.min(waiting.length, Math.ceil(slots / 8));
    if (worth > 0 && free >= worth) await this.#admit(waiting.splice(-free).reverse());
  }

  /**
   * Draws a token for each sequence in flight.
   *
   * @param here see {@linkcode Binding.run}
   * @param finished told of each that is done; it makes room for another
   */
  async step(
    here: boolean,
    finished: (index: number, continuation: Continuation) => void,
  ): Promise<void> {
    const active = this.#active;
    await this.batch.step(active, here);
    for (let slot = active.length - 1; slot >= 0; slot--) {
      const { last, tokens, logProbs, sequence, index } = active[slot];
      const ended = this.options.ends(last);
      if (ended || tokens.length === sequence.maxTokens) {
        finished(index, { tokens, logProbs, ended });
        this.#free(slot);
      }
    }
  }

  #free(slot: number): void {
    const active = this.#active, mover = active.pop()!;
    if (slot === active.length) return;
    this.cache.copy(active.length, slot, mover.length);
    active[slot] = mover;
  }

  /** Gives each sequence a slot; equal prompts are prefilled once and copied. */
  async #admit(admitted: readonly Numbered[]): Promise<void> {
    const active = this.#active, { cache } = this, first = active.length;
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
        if (to > from && (to + 1 - from) * wider > this.options.prefillTokens) break;
        width = wider;
        to++;
      }
      if (width > 0) await this.#prefillRows(prompts.slice(from, to), width, first + from);
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
  ): Promise<void> {
    const { cache, options: { fixed } } = this;
    // Rows and tokens added fill slots and places that others will overwrite before they are looked at.
    const rows = fixed
      ? Math.min(lengthBucket(prompts.length), cache.slots - first)
      : prompts.length;
    const wide = fixed ? Math.min(lengthBucket(width), cache.capacity) : width;
    const ids = new BigInt64Array(rows * wide);
    prompts.forEach((prompt, row) => {
      for (let i = 0; i < prompt.length - 1; i++) ids[row * wide + i] = BigInt(prompt[i]);
    });
    // A prompt of one token leaves nothing to prefill; its row then holds rubbish that the first step overwrites.
    const lengths = new Int32Array(rows);
    prompts.forEach((prompt, row) => lengths[row] = Math.max(0, prompt.length - 2));
    const { inputs, outputs } = cache.views(first, rows);
    using binding = this.prefill().bind({
      ...this.weights,
      ...inputs,
      ids: { data: ids, shape: [rows, wide] },
      lengths: { data: lengths, shape: [rows] },
      longest: { data: Int32Array.of(wide), shape: [] },
    }, outputs);
    await binding.run();
  }

  /** Frees the batch; the cache stays the caller's. */
  [Symbol.dispose](): void {
    this.batch[Symbol.dispose]();
  }
}
