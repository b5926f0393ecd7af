/** Work that is under way at once, on memory that must outlive all of it. */

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
