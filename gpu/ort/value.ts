/** A tensor over memory that the caller owns: nothing is copied in, and results are written in place. */

import { ort } from "./api.ts";

/** The element types that Emend computes with, by their number in ONNX's `TensorProto.DataType`. */
export const ELEMENT_TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;

/** The name of an element type. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** The memory of a tensor; its class decides the element type. */
export type TensorData = Float32Array | Int32Array | BigInt64Array;

/** An array with a shape: what a binding reads from or writes to. */
export interface TensorView {
  /** The elements, in row-major order. */
  readonly data: TensorData;
  /** Sizes; their product is `data.length`. */
  readonly shape: readonly number[];
}

function elementType(data: TensorData): ElementType {
  if (data instanceof Float32Array) return "float32";
  return data instanceof Int32Array ? "int32" : "int64";
}

/** An `OrtValue` over the caller's memory. */
export class Value implements TensorView, Disposable {
  /** The native handle. */
  readonly handle: Deno.PointerValue;
  /** The element type, from the array's class. */
  readonly type: ElementType;

  /**
   * Lays a tensor over memory.
   *
   * @param data the memory; kept alive as long as this object is
   * @param shape sizes; their product must be `data.length`
   */
  constructor(readonly data: TensorData, readonly shape: readonly number[]) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (elements !== data.length) {
      throw new Error(`A tensor of shape [${shape}] has ${elements} elements, not ${data.length}`);
    }
    this.type = elementType(data);
    // `.buffer` moves a small array off V8's heap, where the garbage collector would move it about.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    // An empty array has no address; ONNX Runtime wants one all the same.
    const address = Deno.UnsafePointer.of(
      bytes.length ? bytes as Uint8Array<ArrayBuffer> : new Uint8Array(8),
    );
    this.handle = ort().create(
      "CreateTensorWithDataAsOrtValue",
      ort().cpuMemory,
      address,
      BigInt(data.byteLength),
      BigInt64Array.from(shape.map(BigInt)),
      BigInt(shape.length),
      ELEMENT_TYPES[this.type],
    );
  }

  /** Frees the handle; the memory stays the caller's. */
  [Symbol.dispose](): void {
    ort().release("ReleaseValue", this.handle);
  }
}
