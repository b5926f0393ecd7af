/** Unpacking zlib without being flooded. */

import { Buffer } from "node:buffer";

/**
 * The bytes that a zlib stream holds.
 *
 * @throws {Error} where it is none, or holds more than `most` bytes
 */
export async function inflateLimited(
  packed: Uint8Array<ArrayBuffer>,
  most: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (
    const part of new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))
  ) {
    size += part.length;
    if (size > most) throw new Error(`Cannot unpack the tests: they hold more than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
