/** Device arrays of this process. */

import type { AnyArray, ArrayType, DeviceArray, ElementsOf } from "./device.ts";
import { isHalf } from "./half.ts";
import type { NativeTensor } from "./ort/mod.ts";

/** Elements that this process can name to ONNX Runtime. */
export abstract class NativeArray<T extends ArrayType = ArrayType> implements DeviceArray<T> {
  /** See {@linkcode DeviceArray.type}. */
  abstract readonly type: T;
  /** Elements. */
  abstract readonly length: number;
  /** What ONNX Runtime is told. */
  abstract readonly native: NativeTensor["data"];
  /** See {@linkcode DeviceArray.subarray}. */
  abstract subarray(start: number, end?: number): NativeArray<T>;
  /** A copy of the elements. */
  abstract readSync(): ElementsOf[T];
  /** Overwrites all elements. */
  abstract writeSync(data: ElementsOf[T]): void;
  /** Overwrites all elements by those of another array of this memory. */
  abstract copyFrom(source: NativeArray): void;
  /** See {@linkcode DeviceArray.clear}. */
  abstract clear(): void;
  /** Frees the memory. */
  abstract [Symbol.dispose](): void;

  /** See {@linkcode DeviceArray.read}. */
  read(): Promise<ElementsOf[T]> {
    return Promise.resolve(this.readSync());
  }

  /** See {@linkcode DeviceArray.write}. */
  write(data: ElementsOf[T]): Promise<void> {
    this.writeSync(data);
    return Promise.resolve();
  }
}

/** A typed array: in this process, on the CPU, a device's memory is nothing else. */
export class HostArray<T extends ArrayType = ArrayType> extends NativeArray<T> {
  /** See {@linkcode NativeArray.native}. */
  readonly native: NativeTensor["data"];
  /** Elements. */
  readonly length: number;

  /** Copies nothing. */
  constructor(readonly elements: ElementsOf[T], readonly type: T) {
    super();
    this.length = elements.length;
    this.native = isHalf(type)
      ? { type, bits: elements as Uint16Array<ArrayBuffer>, length: this.length }
      : elements as Exclude<ElementsOf[T], Uint16Array>;
  }

  /** See {@linkcode DeviceArray.subarray}. */
  subarray(start: number, end?: number): HostArray<T> {
    return new HostArray(this.elements.subarray(start, end) as ElementsOf[T], this.type);
  }

  /** See {@linkcode NativeArray.readSync}. */
  readSync(): ElementsOf[T] {
    return this.elements.slice() as ElementsOf[T];
  }

  /** See {@linkcode NativeArray.writeSync}. */
  writeSync(data: ElementsOf[T]): void {
    sameLength(data, this);
    // Both are of the type's class, which TypeScript does not see.
    (this.elements as Float32Array).set(data as Float32Array);
  }

  /** See {@linkcode NativeArray.copyFrom}. */
  copyFrom(source: NativeArray): void {
    sameKind(source, this);
    this.writeSync((source as HostArray<T>).elements);
  }

  /** See {@linkcode DeviceArray.clear}. */
  clear(): void {
    const { buffer, byteOffset, byteLength } = this.elements;
    new Uint8Array(buffer, byteOffset, byteLength).fill(0);
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

/** Refuses to copy between arrays of different lengths or types. */
export function sameKind(from: AnyArray, to: AnyArray): void {
  sameLength(from, to);
  if (from.type !== to.type) {
    throw new Error(`An array of ${to.type} cannot take ${from.type}`);
  }
}
