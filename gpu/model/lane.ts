/**
 * Continuous batching: sequences take slots of a cache as others end.
 *
 * Active sequences always fill the first slots. When one ends, the last active one moves into its place, so that the
 * batch shrinks with the work; when enough slots are free, waiting prompts are prefilled side by side.
 */

import type { DecodingPlan, DecodingStep, Sequence } from "../decoding.ts";
import { lengthBucket } from "./buckets.ts";
import { type Active, DecodeBatch } from "./decode_batch.ts";
import type { KvCache } from "./kv_cache.ts";
import { byPrompt } from "./token_batch.ts";

/** A sequence, and its place in the results. */
export interface Numbered {
  sequence: Sequence;
  index: number;
}

/** A batch with a cache of its own, in steps. */
export class Lane implements Disposable {
  readonly #active: Active[] = [];
  readonly #batch: DecodeBatch;

  /** Starts empty. */
  constructor(readonly plan: DecodingPlan, readonly cache: KvCache) {
    this.#batch = new DecodeBatch(plan, cache);
  }

  /** How many sequences it has in flight. */
  get length(): number {
    return this.#active.length;
  }

  /**
   * Takes as many sequences as it has slots for, where those are worth a prefill; else draws a token for each sequence
   * in flight.
   *
   * @param waiting taken from the end
   * @param here see {@linkcode Binding.run}
   */
  async turn(waiting: Numbered[], here: boolean): Promise<DecodingStep> {
    const { slots } = this.cache, free = slots - this.length;
    // Prefilling a few at a time wastes the matrix units; an eighth of the slots is a good batch.
    const worth = Math.min(waiting.length, Math.ceil(slots / 8));
    if (worth === 0 || free < worth) return await this.#step(here);
    await this.#admit(waiting.splice(-free).reverse(), here);
    return { drawn: 0, finished: [] };
  }

  async #step(here: boolean): Promise<DecodingStep> {
    const active = this.#active, finished: DecodingStep["finished"] = [], drawn = active.length;
    if (drawn > 0) await this.#batch.step(active, here);
    for (let slot = active.length - 1; slot >= 0; slot--) {
      const { last, tokens, logProbs, sequence, index } = active[slot];
      const ended = this.plan.endTokens.includes(last);
      if (ended || tokens.length === sequence.maxTokens) {
        finished.push({ index, tokens, logProbs, ended });
        this.#free(slot);
      }
    }
    return { drawn, finished };
  }

  #free(slot: number): void {
    const active = this.#active, mover = active.pop()!;
    if (slot === active.length) return;
    this.cache.copy(active.length, slot, mover.length);
    active[slot] = mover;
  }

  /** Gives each sequence a slot; equal prompts are prefilled once and copied. */
  async #admit(admitted: readonly Numbered[], here: boolean): Promise<void> {
    const active = this.#active, { cache } = this, first = active.length;
    const groups = byPrompt(admitted.map(({ sequence }) => sequence)).map((members) => {
      const { prompt } = admitted[members[0]].sequence;
      const length = prompt.length - 1;
      const slots = members.map((i) =>
        active.push({ ...admitted[i], tokens: [], logProbs: [], last: prompt[length], length }) - 1
      );
      return { prompt, slots };
    });
    const prompts = groups.map((group) => group.prompt);
    for (let from = 0; from < prompts.length;) {
      let to = from, width = 0;
      while (to < prompts.length) {
        const wider = Math.max(width, prompts[to].length - 1);
        if (to > from && (to + 1 - from) * wider > this.plan.prefillTokens) break;
        width = wider;
        to++;
      }
      if (width > 0) await this.#prefillRows(prompts.slice(from, to), width, first + from, here);
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
    here: boolean,
  ): Promise<void> {
    const { cache, plan: { fixed, prefill: { program, weights } } } = this;
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
    using binding = program.bind({
      ...weights,
      ...inputs,
      ids: { data: ids, shape: [rows, wide] },
      lengths: { data: lengths, shape: [rows] },
      longest: { data: Int32Array.of(wide), shape: [] },
    }, outputs);
    await binding.run(here);
  }

  /** Frees the batch; the cache stays the caller's. */
  [Symbol.dispose](): void {
    this.#batch[Symbol.dispose]();
  }
}
