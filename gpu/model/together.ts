/** Work that is under way at once, on memory that must outlive all of it. */

import type { Device } from "../device.ts";

/**
 * Threads of a program that runs in so many lanes at once. ONNX Runtime counts the one that calls; the others belong to
 * the program, and its lanes share them. Alone, a lane has all that the device has.
 */
export function threadsBeside({ lanes: threads }: Device, lanes: number): number | undefined {
  return lanes > 1 ? threads - lanes + 1 : undefined;
}

/**
 * Waits for all, also where one fails: what they work on is not freed under the others' hands.
 *
 * @returns the results, in order
 * @throws what the first one that failed, in order, failed with
 */
export async function together<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
