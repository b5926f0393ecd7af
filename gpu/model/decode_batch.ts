/** The sequences in flight as the arrays of a decoding step. */

import type { DecodingPlan, Sequence } from "../decoding.ts";
import type { Binding } from "../device.ts";
import { rowBucket } from "./buckets.ts";
import type { KvCache } from "./kv_cache.ts";

/** A sequence in flight. */
export interface Active {
  sequence: Sequence;
  index: number;
  tokens: number[];
  logProbs: number[];
  /** The newest token, not yet in the cache. */
  last: number;
  /** Tokens in the cache. */
  length: number;
}

/** The arrays of a step, bound anew only when the number of active sequences changes. */
export class DecodeBatch implements Disposable {
  readonly #binding: Binding;
  readonly #ids;
  readonly #lengths;
  readonly #longest = Int32Array.of(0);
  readonly #uniform;
  readonly #token;
  readonly #logProb;
  #bound = -1;

  constructor(readonly plan: DecodingPlan, readonly cache: KvCache) {
    const { step: { program, weights }, sampler } = plan, { slots } = cache;
    this.#ids = new BigInt64Array(slots);
    this.#lengths = new Int32Array(slots);
    this.#uniform = new Float32Array(slots);
    this.#token = new BigInt64Array(slots);
    this.#logProb = new Float32Array(slots);
    const longest = { data: this.#longest, shape: [] };
    this.#binding = program.bind({ ...weights, ...sampler, longest });
  }

  /** Draws one token for each active sequence. */
  async step(active: Active[], here: boolean): Promise<void> {
    const { fixed, sampled } = this.plan;
    const rows = fixed ? Math.min(rowBucket(active.length), this.cache.slots) : active.length;
    this.#bind(rows);
    // Rows added write to the first place of free slots, which whoever takes a slot overwrites.
    this.#ids.fill(0n, active.length);
    this.#lengths.fill(0, active.length);
    let longest = 0;
    active.forEach((row, i) => {
      this.#ids[i] = BigInt(row.last);
      this.#lengths[i] = row.length;
      if (row.length >= longest) longest = row.length + 1;
      if (sampled) this.#uniform[i] = row.sequence.draw(row.tokens.length);
    });
    // A captured graph keeps the number that it was captured with; kernels take it for an upper bound.
    this.#longest[0] = fixed ? this.cache.capacity : longest;
    await this.#binding.run(here);
    active.forEach((row, i) => {
      row.last = Number(this.#token[i]);
      row.tokens.push(row.last);
      row.logProbs.push(this.#logProb[i]);
      row.length++;
    });
  }

  #bind(count: number): void {
    if (count === this.#bound) return;
    this.#bound = count;
    const { inputs, outputs } = this.cache.views(0, count);
    const column = [count, 1];
    this.#binding.inputs({
      ...inputs,
      ids: { data: this.#ids.subarray(0, count), shape: column },
      lengths: { data: this.#lengths.subarray(0, count), shape: [count] },
    });
    if (this.plan.sampled) {
      this.#binding.inputs({ uniform: { data: this.#uniform.subarray(0, count), shape: column } });
    }
    this.#binding.outputs({
      ...outputs,
      token: { data: this.#token.subarray(0, count), shape: column },
      logProb: { data: this.#logProb.subarray(0, count), shape: column },
    });
  }

  [Symbol.dispose](): void {
    this.#binding[Symbol.dispose]();
  }
}
