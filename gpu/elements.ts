/** What the arrays of a device may hold, and as what this process sees it. */

/** The elements of each type in this process; half-precision numbers are their bits. */
export interface ElementsOf {
  /** Numbers. */
  float32: Float32Array<ArrayBuffer>;
  /** Bits: see `half.ts`. */
  float16: Uint16Array<ArrayBuffer>;
  /** Bits: see `half.ts`. */
  bfloat16: Uint16Array<ArrayBuffer>;
  /** Whole numbers. */
  int32: Int32Array<ArrayBuffer>;
  /** Whole numbers. */
  int64: BigInt64Array<ArrayBuffer>;
}

/** The type of a device array's elements. */
export type ArrayType = keyof ElementsOf;

const CLASSES = {
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int32: Int32Array,
  int64: BigInt64Array,
} as const;

/** Bytes of an element. */
export const bytesOf = (type: ArrayType): number => CLASSES[type].BYTES_PER_ELEMENT;

/** Zeros. */
export function elements<T extends ArrayType>(type: T, length: number): ElementsOf[T] {
  return new CLASSES[type](length) as ElementsOf[T];
}

/** Bytes as elements, over the same memory. */
export function elementsOver<T extends ArrayType>(
  type: T,
  { buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>,
): ElementsOf[T] {
  return new CLASSES[type](buffer, byteOffset, byteLength / bytesOf(type)) as ElementsOf[T];
}
