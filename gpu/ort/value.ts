/** A tensor over memory that the caller owns: nothing is copied in, and results are written in place. */

import { ort } from "./api.ts";

/** The element types that Emend computes with, by their number in ONNX's `TensorProto.DataType`. */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
} as const;

/** The name of an element type. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** The memory of a tensor; its class decides the element type. */
export type TensorData = Float32Array | Int32Array | BigInt64Array;

/** Elements of this process whose type no class tells: the bits of half-precision numbers. */
export interface HostBits {
  /** The elements' type. */
  readonly type: ElementType;
  /** One element each. */
  readonly bits: Uint16Array<ArrayBuffer>;
  /** Elements. */
  readonly length: number;
}

/** Elements that lie where their address says: in a GPU's memory. */
export interface NativeMemory {
  /** The elements' type. */
  readonly type: ElementType;
  /** ONNX Runtime's `OrtMemoryInfo` of that memory. */
  readonly info: Deno.PointerValue;
  /** The first element. */
  readonly pointer: Deno.PointerValue;
  /** Elements. */
  readonly length: number;
  /** Bytes of all of them. */
  readonly byteLength: number;
}

/** Elements with a shape: what a binding reads from or writes to. */
export interface NativeTensor {
  /** The elements, in row-major order. */
  readonly data: TensorData | HostBits | NativeMemory;
  /** Sizes; their product is `data.length`. */
  readonly shape: readonly number[];
}

/** The element type of an array of this process. */
export function typeOf(data: TensorData): "float32" | "int32" | "int64" {
  if (data instanceof Float32Array) return "float32";
  return data instanceof Int32Array ? "int32" : "int64";
}

/** An `OrtValue` over the caller's memory. */
export class Value implements NativeTensor, Disposable {
  /** The native handle. */
  readonly handle: Deno.PointerValue;
  /** The element type. */
  readonly type: ElementType;

  /**
   * Lays a tensor over memory.
   *
   * @param data the memory; kept alive as long as this object is
   * @param shape sizes; their product must be `data.length`
   */
  constructor(readonly data: NativeTensor["data"], readonly shape: readonly number[]) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (elements !== data.length) {
      throw new Error(`A tensor of shape [${shape}] has ${elements} elements, not ${data.length}`);
    }
    this.type = "type" in data ? data.type : typeOf(data);
    const host = "bits" in data ? data.bits : ArrayBuffer.isView(data) ? data : null;
    const memory = data as NativeMemory;
    this.handle = ort().create(
      "CreateTensorWithDataAsOrtValue",
      host ? ort().cpuMemory : memory.info,
      host ? addressOf(host) : memory.pointer,
      BigInt((host ?? memory).byteLength),
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

function addressOf(data: TensorData | Uint16Array): Deno.PointerValue {
  // `.buffer` moves a small array off V8's heap, where the garbage collector would move it about.
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  // An empty array has no address; ONNX Runtime wants one all the same.
  return Deno.UnsafePointer.of(bytes.length ? bytes : new Uint8Array(8));
}
