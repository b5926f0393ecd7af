/** maj@k: whether the answer that most of k responses give is right (self-consistency, Wang et al. 2022). */

import { type Outcome, verify } from "../../verifier-wasm/mod.ts";

/** A response's answer and what became of it. */
export interface Vote {
  /** The answer; null where there is none. */
  extracted: string | null;
  /** The verdict on it; what cannot be parsed votes for nothing. */
  outcome: Outcome;
}

/**
 * Whether the majority is right. Answers that the verifier calls equal are one candidate, whose verdict is that of
 * its first vote; of candidates with as many votes, the one that was named first is taken.
 */
export function majorityIsRight(votes: readonly Vote[]): boolean {
  const candidates: { answer: string; outcome: Outcome; votes: number }[] = [];
  for (const { extracted: answer, outcome } of votes) {
    if (answer === null || outcome === "unparsable") continue;
    const same = candidates.find((c) => c.answer === answer) ??
      candidates.find((c) => verify(c.answer, answer).outcome === "equal");
    if (same) same.votes++;
    else candidates.push({ answer, outcome, votes: 1 });
  }
  const first = candidates.reduce((a, b) => b.votes > a.votes ? b : a, {
    outcome: "unparsable",
    votes: 0,
  });
  return first.outcome === "equal";
}
