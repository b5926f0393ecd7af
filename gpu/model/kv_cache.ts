/** Keys and values of the sequences in flight: one slot each, the active ones always the first. */

import type { TensorView } from "../device.ts";
import type { DecoderConfig } from "./config.ts";
import { cacheNames } from "./decoding_graph.ts";

/** A cache of `slots` sequences of up to `capacity` tokens. */
export class KvCache {
  readonly #arrays: Map<string, Float32Array<ArrayBuffer>>;
  /** Elements of a slot in one array. */
  readonly #slotSize: number;

  /** Allocates {@linkcode KvCache.bytes}. */
  constructor(
    readonly config: DecoderConfig,
    readonly slots: number,
    readonly capacity: number,
  ) {
    this.#slotSize = config.kvHeads * capacity * config.headSize;
    this.#arrays = new Map(
      cacheNames(config).map((name) => [name, new Float32Array(slots * this.#slotSize)]),
    );
  }

  /** Bytes of a cache, for a memory plan. */
  static bytes(config: DecoderConfig, slots: number, capacity: number): number {
    return 2 * config.layers * slots * config.kvHeads * capacity * config.headSize * 4;
  }

  /** The cache arrays of `count` slots from `first` on, as a graph's inputs and (over the same memory) outputs. */
  views(first: number, count: number): {
    inputs: Record<string, TensorView>;
    outputs: Record<string, TensorView>;
  } {
    const { kvHeads, headSize } = this.config;
    const shape = [count, kvHeads, this.capacity, headSize];
    const inputs: Record<string, TensorView> = {}, outputs: Record<string, TensorView> = {};
    for (const [name, array] of this.#arrays) {
      const data = array.subarray(first * this.#slotSize, (first + count) * this.#slotSize);
      inputs[name] = outputs[`${name}.next`] = { data, shape };
    }
    return { inputs, outputs };
  }

  /** Copies the first `length` tokens of a slot over another's. */
  copy(from: number, to: number, length: number): void {
    if (from === to) return;
    const { kvHeads, headSize } = this.config;
    const head = this.capacity * headSize;
    for (const array of this.#arrays.values()) {
      for (let h = 0; h < kvHeads; h++) {
        const source = from * this.#slotSize + h * head;
        array.copyWithin(to * this.#slotSize + h * head, source, source + length * headSize);
      }
    }
  }
}
