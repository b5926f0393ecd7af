/** Tensors as a message carries them. */

import type { TensorData, TensorView } from "../device.ts";
import type { ElementType } from "../ort/mod.ts";
import { padded, type TensorSpec } from "./protocol.ts";

/** An array's memory, filled up to a multiple of 8 bytes. */
export function pieces(data: TensorData | Uint16Array): Uint8Array[] {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const rest = padded(bytes.length) - bytes.length;
  return rest === 0 ? [bytes] : [bytes, new Uint8Array(rest)];
}

const CLASSES = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array } as const;

/** An array for a tensor whose elements travel. */
export function emptyArray({ name, type, shape }: TensorSpec): TensorData {
  const elements = shape.reduce((product, size) => product * size, 1);
  return new (classOf(name, type))(elements);
}

/**
 * The arrays of the tensors that a body holds, over its memory.
 *
 * @param from the first one's first byte
 */
export function arraysIn(
  body: Uint8Array<ArrayBuffer>,
  specs: readonly TensorSpec[],
  from = 0,
): Record<string, TensorView<TensorData>> {
  const tensors: Record<string, TensorView<TensorData>> = {};
  let at = from;
  for (const { name, type, shape } of specs) {
    const Class = classOf(name, type);
    const elements = shape.reduce((product, size) => product * size, 1);
    const data = new Class(body.buffer, body.byteOffset + at, elements) as TensorData;
    tensors[name] = { data, shape };
    at = padded(at + data.byteLength);
  }
  return tensors;
}

function classOf(name: string, type: ElementType | undefined) {
  const Class = CLASSES[type as keyof typeof CLASSES];
  if (!Class) throw new Error(`The tensor "${name}" has the element type ${type}`);
  return Class;
}
