/** Keys and values of the sequences in flight: one slot each, the active ones always the first. */

import type { AnyArray, Device, TensorView } from "../device.ts";
import { bytesOf } from "../elements.ts";
import type { FloatType } from "../half.ts";
import type { DecoderConfig } from "./config.ts";
import { cacheNames } from "./decoding_graph.ts";

/** A cache of `slots` sequences of up to `capacity` tokens. */
export class KvCache implements Disposable {
  /** Sequences that have room side by side. */
  readonly slots: number;
  /** Tokens that each has room for. */
  readonly capacity: number;
  readonly #heads: number;
  readonly #headSize: number;
  /** Elements of a slot in one array. */
  readonly #slotSize: number;

  /**
   * Over arrays that are there.
   *
   * @param arrays [slots, heads, capacity, head size] by name
   */
  constructor(readonly device: Device, readonly arrays: Record<string, TensorView<AnyArray>>) {
    const [{ shape }] = Object.values(arrays);
    [this.slots, this.#heads, this.capacity, this.#headSize] = shape;
    this.#slotSize = this.#heads * this.capacity * this.#headSize;
  }

  /** Allocates {@linkcode KvCache.bytes}. */
  static of(
    device: Device,
    config: DecoderConfig,
    slots: number,
    capacity: number,
    type: FloatType = "float32",
  ): KvCache {
    const shape = [slots, config.kvHeads, capacity, config.headSize];
    const size = shape.reduce((product, n) => product * n);
    const view = (name: string) => [name, { data: device.array(size, type), shape }] as const;
    return new KvCache(device, Object.fromEntries(cacheNames(config).map(view)));
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
    const shape = [count, this.#heads, this.capacity, this.#headSize];
    const inputs: Record<string, TensorView<AnyArray>> = {};
    const outputs: Record<string, TensorView<AnyArray>> = {};
    for (const [name, { data: array }] of Object.entries(this.arrays)) {
      const data = array.subarray(first * this.#slotSize, (first + count) * this.#slotSize);
      inputs[name] = outputs[`${name}.next`] = { data, shape };
    }
    return { inputs, outputs };
  }

  /** Copies the first `length` tokens of a slot over another's. */
  copy(from: number, to: number, length: number): void {
    if (from === to || length === 0) return;
    const headSize = this.#headSize, head = this.capacity * headSize;
    const moves: [AnyArray, AnyArray][] = [];
    for (const { data: array } of Object.values(this.arrays)) {
      const part = (slot: number, h: number) => {
        const start = slot * this.#slotSize + h * head;
        return array.subarray(start, start + length * headSize);
      };
      for (let h = 0; h < this.#heads; h++) moves.push([part(from, h), part(to, h)]);
    }
    this.device.copy(moves);
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    for (const { data } of Object.values(this.arrays)) data[Symbol.dispose]();
  }
}
