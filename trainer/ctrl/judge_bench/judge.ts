/**
 * The critic as a reward model: arXiv 2502.03492, section 5.3. Each answer is criticised by itself, several times; the
 * one that is called Correct more often wins. Nothing is said there of ties; here a tie is half a point, which is what
 * a coin would bring on average, and ties are counted.
 */

import { deriveSeed } from "../../seed.ts";
import { judgmentOf } from "../judgment.ts";
import { inLots, type Lots } from "../lots.ts";
import { criticMessages } from "../prompts.ts";
import type { Writer } from "../writer.ts";
import type { Pair } from "./pairs.ts";

/** What was said of a pair. */
export interface PairRecord {
  /** JudgeBench's name of it. */
  pair: string;
  /** Where the question is from. */
  source: string;
  /** Critiques that call an answer Correct. */
  correct: { A: number; B: number };
  /** Critiques without a judgment, or that did not come. */
  no_judgment: number;
  /** 1 where the better answer wins, 1/2 for a tie, else 0. */
  score: number;
}

/** How pairs are judged. */
export interface JudgeParts extends Lots<PairRecord> {
  /** Criticises. */
  critic: Writer;
  /** Critiques of an answer. */
  votes: number;
  /** Every draw follows from it. */
  seed: number;
}

/** Judges the pairs that the journal lacks; all records, in the order of the pairs. */
export function judgePairs(pairs: readonly Pair[], parts: JudgeParts): Promise<PairRecord[]> {
  return inLots(parts, pairs, ({ pair_id }) => pair_id, (lot) => judgeLot(lot, parts));
}

async function judgeLot(
  pairs: readonly Pair[],
  { critic, votes, seed }: JudgeParts,
): Promise<PairRecord[]> {
  const asked = pairs.flatMap((pair) =>
    (["A", "B"] as const).flatMap((side) =>
      Array.from({ length: votes }, (_, vote) => ({
        chat: criticMessages(pair.question, pair[`response_${side}`]),
        seed: deriveSeed(seed, "judge", pair.pair_id, side, vote),
      }))
    )
  );
  // Drawn as in evaluation: temperature 0.7, at most 1024 tokens.
  const written = await critic.write(asked.map(({ chat }) => chat), {
    maxTokens: 1024,
    temperature: 0.7,
    topP: 0.8,
    seeds: asked.map(({ seed }) => seed),
  });
  const judgments = written.map(({ text }) => judgmentOf(text));
  return pairs.map((pair, i) => {
    const said = judgments.slice(2 * votes * i, 2 * votes * (i + 1));
    const count = (part: typeof said) => part.filter((judgment) => judgment === "Correct").length;
    const A = count(said.slice(0, votes)), B = count(said.slice(votes));
    const lead = pair.label === "A>B" ? A - B : B - A;
    return {
      pair: pair.pair_id,
      source: pair.source,
      correct: { A, B },
      no_judgment: said.filter((judgment) => judgment === null).length,
      score: lead > 0 ? 1 : lead === 0 ? 0.5 : 0,
    };
  });
}

/** What the pairs of one kind came to. */
export interface JudgeSummary {
  /** The source; `all` for all of them. */
  source: string;
  /** Pairs. */
  pairs: number;
  /** The mean score. */
  accuracy: number;
  /** The standard error of the mean. */
  standard_error: number;
  /** Pairs without a winner. */
  ties: number;
  /** Critiques without a judgment. */
  no_judgment: number;
}

/** A summary for all pairs, then one for each of JudgeBench's four categories: of MMLU-Pro, all subjects are one. */
export function judgeSummary(records: readonly PairRecord[]): JudgeSummary[] {
  const kinds = Map.groupBy(records, ({ source }) => source.replace(/^mmlu-pro-.*/, "mmlu-pro"));
  const groups: [string, readonly PairRecord[]][] = [
    ["all", records],
    ...[...kinds].sort(([a], [b]) => a < b ? -1 : 1),
  ];
  return groups.map(([source, some]) => {
    const n = some.length;
    const accuracy = some.reduce((sum, { score }) => sum + score, 0) / n;
    const variance = some.reduce((sum, { score }) => sum + (score - accuracy) ** 2, 0) / n;
    return {
      source,
      pairs: n,
      accuracy,
      standard_error: Math.sqrt(variance / n),
      ties: some.filter(({ score }) => score === 0.5).length,
      no_judgment: some.reduce((sum, record) => sum + record.no_judgment, 0),
    };
  });
}
