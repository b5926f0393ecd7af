/**
 * What devices that train one model do together: sums of what each has, and shares of it.
 *
 * The names are those of MPI and NCCL. A group's optimizer is sharded (ZeRO, Rajbhandari et al. 2020, stage 1): each
 * rank gets its share of the summed gradient (reduce-scatter), updates that share of the weights with its share of the
 * moments, and gives it to the others (all-gather). Together the two move as many bytes as one all-reduce; in half
 * precision three quarters of them, for then the others get what they compute with.
 */

import type { AnyArray, DeviceArray } from "../device.ts";

/**
 * A device's membership in a group. Every rank must ask for the same, in the same order, with arrays of the same length;
 * a call ends when this rank's part is done.
 */
export interface Collective {
  /** Its number, from 0. */
  readonly rank: number;
  /** How many ranks there are. */
  readonly size: number;
  /** Overwrites this rank's {@linkcode share} of `whole` by that of the sum over all ranks'. */
  reduceScatter(whole: DeviceArray): Promise<void>;
  /** Fills `whole`, of which each rank holds its own {@linkcode share}. */
  allGather(whole: AnyArray): Promise<void>;
  /** Overwrites `array` by the sum over all ranks' arrays. */
  allReduce(array: DeviceArray): Promise<void>;
}

/** The place of a device that is in no group. */
export const ALONE = { rank: 0, size: 1 };

/** What every rank has to say before there is a group: addresses, by names of the library's own. */
export type Values = Record<string, string>;

/** Gives this rank's values away, and takes all ranks' together; every rank does so equally often. */
export type Exchange = (mine: Values) => Promise<Values>;

/** Shares begin at multiples of this many elements: 64 bytes, as vector units like them. */
const ALIGNMENT = 16;

/** A rank's share of an array: equal ones for all but the last rank, which takes what is left too. */
export function share(length: number, rank: number, size: number): { start: number; end: number } {
  const each = equalShare(length, size);
  return { start: rank * each, end: rank === size - 1 ? length : (rank + 1) * each };
}

/** Elements of every share but the last. */
export function equalShare(length: number, size: number): number {
  return Math.floor(length / size / ALIGNMENT) * ALIGNMENT;
}
