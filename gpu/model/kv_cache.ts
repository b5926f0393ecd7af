/** Keys and values of the sequences in flight: one slot each, the active ones always the first. */

import type { AnyArray, Device, TensorView } from "../device.ts";
import { bytesOf } from "../elements.ts";
import type { FloatType } from "../half.ts";
import type { DecoderConfig } from "./config.ts";
import { cacheNames } from "./decoding_graph.ts";

/** A cache of `slots` sequences of up to `capacity` tokens. */
export class KvCache implements Disposable {
  readonly #arrays: Map<string, AnyArray>;
  /** Elements of a slot in one array. */
  readonly #slotSize: number;

  /** Allocates {@linkcode KvCache.bytes}. */
  constructor(
    readonly device: Device,
    readonly config: DecoderConfig,
    readonly slots: number,
    readonly capacity: number,
    readonly type: FloatType = "float32",
  ) {
    this.#slotSize = config.kvHeads * capacity * config.headSize;
    this.#arrays = new Map(
      cacheNames(config).map((name) => [name, device.array(slots * this.#slotSize, type)]),
    );
  }

  /** Bytes of a cache, for a memory plan. */
  static bytes(
    config: DecoderConfig,
    slots: number,
    capacity: number,
    type: FloatType = "float32",
  ): number {
    const { layers, kvHeads, headSize } = config;
    return 2 * layers * slots * kvHeads * capacity * headSize * bytesOf(type);
  }

  /** The cache arrays of `count` slots from `first` on, as a graph's inputs and (over the same memory) outputs. */
  views(first: number, count: number): {
    inputs: Record<string, TensorView<AnyArray>>;
    outputs: Record<string, TensorView<AnyArray>>;
  } {
    const { kvHeads, headSize } = this.config;
    const shape = [count, kvHeads, this.capacity, headSize];
    const inputs: Record<string, TensorView<AnyArray>> = {};
    const outputs: Record<string, TensorView<AnyArray>> = {};
    for (const [name, array] of this.#arrays) {
      const data = array.subarray(first * this.#slotSize, (first + count) * this.#slotSize);
      inputs[name] = outputs[`${name}.next`] = { data, shape };
    }
    return { inputs, outputs };
  }

  /** Copies the first `length` tokens of a slot over another's. */
  copy(from: number, to: number, length: number): void {
    if (from === to || length === 0) return;
    const { kvHeads, headSize } = this.config;
    const head = this.capacity * headSize;
    const moves: [AnyArray, AnyArray][] = [];
    for (const array of this.#arrays.values()) {
      const part = (slot: number, h: number) => {
        const start = slot * this.#slotSize + h * head;
        return array.subarray(start, start + length * headSize);
      };
      for (let h = 0; h < kvHeads; h++) moves.push([part(from, h), part(to, h)]);
    }
    this.device.copy(moves);
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    for (const array of this.#arrays.values()) array[Symbol.dispose]();
  }
}
