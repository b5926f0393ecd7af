/** Device arrays in memory that is known by its address. */

import { NativeArray, sameLength } from "../native_array.ts";
import type { NativeMemory } from "../ort/mod.ts";
import type { Memory } from "./memory.ts";

const BYTES = 4;

/** Float32 elements at an address. */
export class PointerArray extends NativeArray {
  /** See {@linkcode NativeArray.native}. */
  readonly native: NativeMemory;

  private constructor(
    readonly memory: Memory,
    readonly info: Deno.PointerValue,
    readonly address: bigint,
    readonly length: number,
    readonly whole: boolean,
  ) {
    super();
    this.native = { info, pointer: Deno.UnsafePointer.create(address), length };
  }

  /**
   * Takes memory, all zeros.
   *
   * @param info ONNX Runtime's `OrtMemoryInfo` of it
   */
  static of(memory: Memory, info: Deno.PointerValue, length: number): PointerArray {
    return new PointerArray(memory, info, memory.allocate(BYTES * length), length, true);
  }

  /** See {@linkcode DeviceArray.subarray}. */
  subarray(start: number, end: number = this.length): PointerArray {
    if (start < 0 || end < start || end > this.length) {
      throw new RangeError(`An array of ${this.length} elements has no part ${start} to ${end}`);
    }
    const address = this.address + BigInt(BYTES * start);
    return new PointerArray(this.memory, this.info, address, end - start, false);
  }

  /** See {@linkcode NativeArray.readSync}. */
  readSync(): Float32Array<ArrayBuffer> {
    const copy = new Float32Array(this.length);
    this.memory.read(new Uint8Array(copy.buffer), this.address);
    return copy;
  }

  /** See {@linkcode NativeArray.writeSync}. */
  writeSync(data: Float32Array<ArrayBuffer>): void {
    sameLength(data, this);
    this.memory.write(
      this.address,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  }

  /** See {@linkcode NativeArray.copyFrom}. */
  copyFrom(source: NativeArray): void {
    sameLength(source, this);
    this.memory.copy(this.address, (source as PointerArray).address, BYTES * this.length);
  }

  /** See {@linkcode DeviceArray.clear}. */
  clear(): void {
    this.memory.clear(this.address, BYTES * this.length);
  }

  /** Frees the memory; a part's is the whole's. */
  [Symbol.dispose](): void {
    if (this.whole) this.memory.free(this.address);
  }
}
