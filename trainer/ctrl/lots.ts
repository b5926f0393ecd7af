/** Work lot by lot: what a lot brings is written down before the next one begins, and is not done again. */

import { Interrupt } from "../run/interrupt.ts";
import { Interrupted } from "../run/interrupted.ts";
import type { Reporter } from "../run/progress.ts";
import type { Journal } from "./journal.ts";

/** How work is cut into lots. */
export interface Lots<R extends object> {
  /** Items at a time; each lot's results are kept. */
  lot: number;
  /** What is done. */
  journal: Journal<R>;
  /** Told how many items were done just now. */
  advance?: (count: number) => void;
  /** Stops before the next lot. */
  interrupted?: () => boolean;
}

/**
 * Makes the records that the journal lacks.
 *
 * @param keyOf names an item's record
 * @returns all records, in the order of the items
 * @throws {Interrupted} where `interrupted` says so
 */
export async function inLots<T, R extends object>(
  { lot: size, journal, advance, interrupted }: Lots<R>,
  items: readonly T[],
  keyOf: (item: T) => string,
  make: (lot: T[]) => Promise<R[]>,
): Promise<R[]> {
  const missing = items.filter((item) => !journal.get(keyOf(item)));
  for (let at = 0; at < missing.length; at += size) {
    if (interrupted?.()) throw new Interrupted("Stopped; start the command again to go on");
    const lot = missing.slice(at, at + size);
    await journal.append(await make(lot));
    advance?.(lot.length);
  }
  return items.map((item) => journal.get(keyOf(item))!);
}

/** Ctrl-C while lots are under way: the first lets the lot end, the second stops at once. */
export function lotInterrupt(reporter: Reporter): Interrupt {
  return new Interrupt({
    say: () => reporter.warn("Stopping after this lot; press Ctrl-C again to stop at once."),
  });
}
