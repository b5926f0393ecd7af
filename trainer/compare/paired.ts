/** Two models on the same problems. */

import { bootstrapInterval, clusterMean } from "../stats/bootstrap.ts";
import { mcnemarExact } from "../stats/mcnemar.ts";
import type { Outcome, Outcomes } from "./outcomes.ts";

/** How two models compare on some problems, each of which weighs the same. */
export interface Comparison {
  /** Problems that both answered. */
  n: number;
  /** Mean accuracy of the first. */
  first: number;
  /** Mean accuracy of the second. */
  second: number;
  /** second − first. */
  difference: number;
  /** Its 95% interval, by bootstrap over problems. */
  interval: [low: number, high: number];
  /** Problems that the second solves more often. */
  won: number;
  /** Problems that the first solves more often. */
  lost: number;
  /** Exact, two-sided: McNemar's with one answer a problem, else the sign test's, which is the same formula. */
  p: number;
}

/** All problems that two models share, and what they do not. */
export interface Pairing {
  /** Over all of them. */
  all: Comparison;
  /** By source. */
  sources: Record<string, Comparison>;
  /** Problems that only the first has. */
  onlyFirst: number;
  /** Problems that only the second has. */
  onlySecond: number;
  /** Whether a problem has several answers. */
  several: boolean;
}

/** A problem's two accuracies. */
interface Pair {
  source: string;
  first: number;
  second: number;
}

/**
 * Pairs problems by their question.
 *
 * @throws where there is none in both
 */
export function compare(first: Outcomes, second: Outcomes, seed: number): Pairing {
  const pairs: Pair[] = [];
  let several = false;
  for (const [question, one] of first.problems) {
    const other = second.problems.get(question);
    if (!other) continue;
    several ||= one.count > 1 || other.count > 1;
    pairs.push({ source: one.source, first: share(one), second: share(other) });
  }
  if (pairs.length === 0) {
    throw new Error(
      `${first.folder} and ${second.folder} have no problem in common: the one has ${
        kinds(first)
      }, ` +
        `the other ${kinds(second)}`,
    );
  }
  const bySource = Map.groupBy(pairs, ({ source }) => source);
  return {
    all: comparisonOf(pairs, seed),
    sources: Object.fromEntries(
      [...bySource].map(([source, own]) => [source, comparisonOf(own, seed)]),
    ),
    onlyFirst: first.problems.size - pairs.length,
    onlySecond: second.problems.size - pairs.length,
    several,
  };
}

function comparisonOf(pairs: readonly Pair[], seed: number): Comparison {
  const mean = (value: (pair: Pair) => number) =>
    clusterMean(pairs.map((pair) => ({ sum: value(pair), count: 1 })));
  const gains = pairs.map(({ first, second }) => second - first);
  const won = gains.filter((gain) => gain > 0).length;
  const lost = gains.filter((gain) => gain < 0).length;
  return {
    n: pairs.length,
    first: mean(({ first }) => first),
    second: mean(({ second }) => second),
    difference: clusterMean(gains.map((sum) => ({ sum, count: 1 }))),
    interval: bootstrapInterval(gains.map((sum) => ({ sum, count: 1 })), { seed }),
    won,
    lost,
    p: mcnemarExact(won, lost),
  };
}

const share = ({ right, count }: Outcome) => right / count;

function kinds({ problems }: Outcomes): string {
  const sources = new Set([...problems.values()].map(({ source }) => source));
  return `${problems.size} of ${[...sources].join(", ")}`;
}
