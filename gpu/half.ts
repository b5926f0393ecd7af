/** Floating numbers of two bytes: IEEE's float16, and bfloat16, which is float32 without its last 16 bits. */

/** A floating type of two bytes. */
export type HalfType = "float16" | "bfloat16";

/** What may be computed in. */
export type FloatType = "float32" | HalfType;

/** Whether a type takes two bytes. */
export function isHalf(type: string): type is HalfType {
  return type === "float16" || type === "bfloat16";
}

/** The bits of numbers, rounded to nearest, ties to even. */
export function halfBits(
  numbers: Float32Array,
  type: HalfType,
): Uint16Array<ArrayBuffer> {
  if (type === "float16") return new Uint16Array(new Float16Array(numbers).buffer);
  const all = new Uint32Array(numbers.slice().buffer);
  return Uint16Array.from(all, (bits, i) => {
    if (Number.isNaN(numbers[i])) return bits >>> 16 | 0x40; // rounding could make it an infinity
    return bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
  });
}

/** The numbers that bits stand for. */
export function fromHalfBits(
  bits: Uint16Array<ArrayBuffer>,
  type: HalfType,
): Float32Array<ArrayBuffer> {
  if (type === "float16") {
    return Float32Array.from(new Float16Array(bits.buffer, bits.byteOffset, bits.length));
  }
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}
