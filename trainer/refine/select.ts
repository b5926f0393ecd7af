/** Which refinements of a prompt are learned from. */

import { isCorrect } from "../reward/reward.ts";

/** A refinement that was scored, as far as the selection looks at it. */
export interface ScoredRefinement {
  /** Token ids, as they would enter the group. */
  tokens: readonly number[];
  /** Its reward; correct means above 0. */
  reward: number;
  /** Its score, which orders those that are not correct. */
  score: number;
}

/**
 * The best refinements of one prompt: the correct ones in their order, then the others by falling score, the first
 * on ties. (The paper draws at random where none is correct; this is the published code's choice, and repeatable.)
 *
 * No two of them are the same token sequence: with `nPrefix` > 1 copies would only add weight to one sample.
 *
 * @param candidates all refinements of the prompt, in the order of the responses that they refine
 * @param nPrefix how many are wanted; 0 selects none, which is plain GRPO
 * @returns indices into the candidates, best first; fewer than `nPrefix` where there are fewer different ones
 * @throws {RangeError} where `nPrefix` is no whole number from 0 (−1 overwrote whole groups elsewhere)
 */
export function selectRefinements(
  candidates: readonly ScoredRefinement[],
  nPrefix: number,
): number[] {
  if (!(Number.isInteger(nPrefix) && nPrefix >= 0)) {
    throw new RangeError(
      `Cannot select n_prefix=${nPrefix} refinements: it must be a whole number from 0 (plain GRPO)`,
    );
  }
  const rank = (i: number): number =>
    isCorrect(candidates[i].reward) ? Infinity : candidates[i].score;
  const ranked = [...candidates.keys()].sort((a, b) => {
    const x = rank(a), y = rank(b);
    return x === y ? a - b : y - x;
  });
  const selected: number[] = [];
  const seen = new Set<string>();
  for (const i of ranked) {
    if (selected.length === nPrefix) break;
    const key = candidates[i].tokens.join();
    if (seen.has(key)) continue;
    seen.add(key);
    selected.push(i);
  }
  return selected;
}
