/** Device arrays in memory that is known by its address. */

import type { ArrayType, ElementsOf } from "../device.ts";
import { bytesOf, elements } from "../elements.ts";
import { NativeArray, sameKind, sameLength } from "../native_array.ts";
import type { NativeMemory } from "../ort/mod.ts";
import type { Memory } from "./memory.ts";

/** Elements at an address. */
export class PointerArray<T extends ArrayType = ArrayType> extends NativeArray<T> {
  /** See {@linkcode NativeArray.native}. */
  readonly native: NativeMemory;

  private constructor(
    readonly memory: Memory,
    readonly info: Deno.PointerValue,
    readonly address: bigint,
    readonly length: number,
    readonly type: T,
    readonly whole: boolean,
  ) {
    super();
    const pointer = Deno.UnsafePointer.create(address), byteLength = length * bytesOf(type);
    this.native = { type, info, pointer, length, byteLength };
  }

  /**
   * Takes memory, all zeros.
   *
   * @param info ONNX Runtime's `OrtMemoryInfo` of it
   */
  static of<T extends ArrayType>(
    memory: Memory,
    info: Deno.PointerValue,
    length: number,
    type: T,
  ): PointerArray<T> {
    const address = memory.allocate(bytesOf(type) * length);
    return new PointerArray(memory, info, address, length, type, true);
  }

  /** See {@linkcode DeviceArray.subarray}. */
  subarray(start: number, end: number = this.length): PointerArray<T> {
    if (start < 0 || end < start || end > this.length) {
      throw new RangeError(`An array of ${this.length} elements has no part ${start} to ${end}`);
    }
    const { memory, info, type } = this;
    const address = this.address + BigInt(bytesOf(type) * start);
    return new PointerArray(memory, info, address, end - start, type, false);
  }

  /** See {@linkcode NativeArray.readSync}. */
  readSync(): ElementsOf[T] {
    const copy = elements(this.type, this.length);
    this.memory.read(new Uint8Array(copy.buffer), this.address);
    return copy;
  }

  /** See {@linkcode NativeArray.writeSync}. */
  writeSync(data: ElementsOf[T]): void {
    sameLength(data, this);
    this.memory.write(
      this.address,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  }

  /** See {@linkcode NativeArray.copyFrom}. */
  copyFrom(source: NativeArray): void {
    sameKind(source, this);
    this.memory.copy(this.address, (source as PointerArray).address, this.native.byteLength);
  }

  /** See {@linkcode DeviceArray.clear}. */
  clear(): void {
    this.memory.clear(this.address, this.native.byteLength);
  }

  /** Frees the memory; a part's is the whole's. */
  [Symbol.dispose](): void {
    if (this.whole) this.memory.free(this.address);
  }
}
