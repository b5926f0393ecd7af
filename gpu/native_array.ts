/** Device arrays of this process. */

import type { DeviceArray } from "./device.ts";
import type { NativeMemory } from "./ort/mod.ts";

/** Elements that this process can name to ONNX Runtime. */
export abstract class NativeArray implements DeviceArray {
  /** Elements. */
  abstract readonly length: number;
  /** What ONNX Runtime is told. */
  abstract readonly native: Float32Array<ArrayBuffer> | NativeMemory;
  /** See {@linkcode DeviceArray.subarray}. */
  abstract subarray(start: number, end?: number): NativeArray;
  /** A copy of the elements. */
  abstract readSync(): Float32Array<ArrayBuffer>;
  /** Overwrites all elements. */
  abstract writeSync(data: Float32Array<ArrayBuffer>): void;
  /** Overwrites all elements by those of another array of this memory. */
  abstract copyFrom(source: NativeArray): void;
  /** See {@linkcode DeviceArray.clear}. */
  abstract clear(): void;
  /** Frees the memory. */
  abstract [Symbol.dispose](): void;

  /** See {@linkcode DeviceArray.read}. */
  read(): Promise<Float32Array<ArrayBuffer>> {
    return Promise.resolve(this.readSync());
  }

  /** See {@linkcode DeviceArray.write}. */
  write(data: Float32Array<ArrayBuffer>): Promise<void> {
    this.writeSync(data);
    return Promise.resolve();
  }
}

/** A typed array: in this process, on the CPU, a device's memory is nothing else. */
export class HostArray extends NativeArray {
  /** Elements. */
  readonly length: number;

  /**
   * Copies nothing.
   *
   * @param native the elements
   */
  constructor(readonly native: Float32Array<ArrayBuffer>) {
    super();
    this.length = native.length;
  }

  /** See {@linkcode DeviceArray.subarray}. */
  subarray(start: number, end?: number): HostArray {
    return new HostArray(this.native.subarray(start, end));
  }

  /** See {@linkcode NativeArray.readSync}. */
  readSync(): Float32Array<ArrayBuffer> {
    return this.native.slice();
  }

  /** See {@linkcode NativeArray.writeSync}. */
  writeSync(data: Float32Array<ArrayBuffer>): void {
    sameLength(data, this);
    this.native.set(data);
  }

  /** See {@linkcode NativeArray.copyFrom}. */
  copyFrom(source: NativeArray): void {
    sameLength(source, this);
    this.native.set((source as HostArray).native);
  }

  /** See {@linkcode DeviceArray.clear}. */
  clear(): void {
    this.native.fill(0);
  }

  /** The garbage collector frees the memory. */
  [Symbol.dispose](): void {}
}

/** Refuses to put more or fewer elements into an array than it has. */
export function sameLength(from: { length: number }, to: { length: number }): void {
  if (from.length !== to.length) {
    throw new Error(`An array of ${to.length} elements cannot take ${from.length}`);
  }
}
