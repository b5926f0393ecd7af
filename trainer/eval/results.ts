/** What an evaluation comes to: the numbers of `results.json`. */

import type { Outcome } from "../../verifier-wasm/mod.ts";
import { bootstrapInterval, type Cluster, clusterMean } from "../stats/bootstrap.ts";
import { majorityIsRight } from "../stats/majority.ts";
import { passAtK } from "../stats/pass_at_k.ts";
import type { ResponseRecord } from "./response_log.ts";

/** The numbers of some problems. */
export interface Summary {
  /** Problems. */
  n: number;
  /** Answers a problem. */
  k: number;
  /** Mean accuracy over all answers. */
  "pass@1": number;
  /** Its 95% interval, by bootstrap over problems. */
  "pass@1_ci95": [low: number, high: number];
  /** `pass@2`, `pass@4`, … up to k, and `maj@k`; none of them where k is 1. */
  [metric: `pass@${number}` | `maj@${number}`]: number;
  /** Mean tokens of an answer, where they were counted; else null. */
  mean_tokens: number | null;
  /** Mean characters of an answer. */
  mean_characters: number;
  /** Share of answers that were cut at max_tokens. */
  cut: number;
  /** Answers by the verifier's verdict. */
  verdicts: Record<Outcome, number>;
}

/** `results.json`. */
export interface Results extends Summary {
  /** What was evaluated on. */
  benchmark: string;
  /** Who was evaluated. */
  model: string;
  /** As drawn with. */
  temperature: number;
  /** As drawn with. */
  top_p: number;
  /** As drawn with. */
  max_tokens: number;
  /** As drawn with. */
  seed: number;
  /** By the data's own sources. */
  sources: Record<string, Summary>;
}

/** Sums up answers: one list a problem, all of the same length. */
export function summarise(answers: readonly (readonly ResponseRecord[])[], seed: number): Summary {
  const k = answers[0].length, all = answers.flat();
  const clusters = clustersOf(answers);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const summary: Summary = {
    n: answers.length,
    k,
    "pass@1": clusterMean(clusters),
    "pass@1_ci95": bootstrapInterval(clusters, { seed }),
    mean_tokens: null,
    mean_characters: mean(all.map(({ response }) => response.length)),
    cut: mean(all.map(({ finish }) => finish === "length" ? 1 : 0)),
    verdicts: { equal: 0, different: 0, unparsable: 0, gave_up: 0 },
  };
  for (const size of sizesUpTo(k)) {
    const estimates = answers.map((own) => passAtK(k, own.filter(isRight).length, size));
    summary[`pass@${size}`] = mean(estimates);
  }
  if (k > 1) summary[`maj@${k}`] = mean(answers.map((own) => majorityIsRight(own) ? 1 : 0));
  const tokens = all.flatMap((record) => record.tokens ?? []);
  if (tokens.length === all.length) summary.mean_tokens = mean(tokens);
  for (const { outcome } of all) summary.verdicts[outcome]++;
  return summary;
}

/** {@linkcode summarise} for each source, in the order in which they appear. */
export function summariseSources(
  answers: readonly (readonly ResponseRecord[])[],
  seed: number,
): Record<string, Summary> {
  const bySource = Map.groupBy(answers, ([{ source }]) => source);
  return Object.fromEntries([...bySource].map(([name, own]) => [name, summarise(own, seed)]));
}

/** Whether a response counts. */
export function isRight({ outcome }: Pick<ResponseRecord, "outcome">): boolean {
  return outcome === "equal";
}

/** All answers to one question together, however often the data repeats it. */
function clustersOf(answers: readonly (readonly ResponseRecord[])[]): Cluster[] {
  const byQuestion = Map.groupBy(answers, ([{ question }]) => question);
  return [...byQuestion.values()].map((copies) => {
    const all = copies.flat();
    return { sum: all.filter(isRight).length, count: all.length };
  });
}

/** 2, 4, 8, … below k, and k. */
function sizesUpTo(k: number): number[] {
  const sizes: number[] = [];
  for (let size = 2; size < k; size *= 2) sizes.push(size);
  return k > 1 ? [...sizes, k] : sizes;
}
