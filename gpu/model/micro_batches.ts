/** Which rows are computed together. */

import type { Device } from "../device.ts";
import type { DecoderConfig } from "./config.ts";
import { byPrompt, type TokenRow, tokensOf, widthsOf } from "./token_batch.ts";

/**
 * Tokens of a micro-batch. On a CPU larger ones spill the activations out of the second-level cache, which costs 10 to
 * 20% of a step, and smaller ones waste the matrix units; on a GPU it is enough to keep those at work.
 */
const TOKENS = { CPU: 1024, CUDA: 16_384 };

/**
 * Numbers of the stream in a micro-batch that one thread of a CPU computes: at twice as many, what it passes over leaves
 * its own cache.
 */
const LANE_NUMBERS = 1 << 17;

/** Tokens of a micro-batch on a device: what is asked for, on a CPU no more than suits it. */
export function microBatchTokens(
  { provider }: Pick<Device, "provider">,
  { hiddenSize }: Pick<DecoderConfig, "hiddenSize">,
  asked: number = TOKENS[provider],
  lanes = 1,
): number {
  if (provider === "CUDA") return asked;
  const suits = lanes > 1 ? Math.min(TOKENS.CPU, Math.ceil(LANE_NUMBERS / hiddenSize)) : TOKENS.CPU;
  return Math.min(asked, suits);
}

/** Rows dealt into micro-batches. */
export interface Deal {
  /** Numbers of the rows of each. */
  batches: number[][];
  /** Tokens that are computed, padding included. */
  tokens: number;
}

/**
 * Deals rows into micro-batches of at most `maxTokens` tokens, padding included: those of like length together, or those
 * of one prompt, whichever computes fewer tokens. A row longer than that gets a micro-batch of its own.
 *
 * @param padded what a length is padded to
 */
export function microBatches(
  rows: readonly TokenRow[],
  maxTokens: number,
  padded: (length: number) => number = (length) => length,
): Deal {
  const length = (i: number) => rows[i].prompt.length + rows[i].response.length;
  const sorted = rows.map((_, i) => i).sort((a, b) => length(b) - length(a) || a - b);
  const groups = byPrompt(sorted.map((i) => rows[i])).map((group) => group.map((k) => sorted[k]));
  const promptOf = new Map(groups.flatMap((group, k) => group.map((i) => [i, k])));
  const tokens = (numbers: readonly number[]) => {
    const prompts = new Set(numbers.map((i) => promptOf.get(i))).size;
    return tokensOf(widthsOf(numbers.map((i) => rows[i]), prompts, padded)).tokens;
  };
  /** As few parts as keep the budget, of like size. */
  const parts = (group: number[]): number[][] => {
    for (let count = 1;; count++) {
      const size = Math.ceil(group.length / count);
      if (size > 1 && tokens(group.slice(0, size)) > maxTokens) continue;
      return Array.from(
        { length: Math.ceil(group.length / size) },
        (_, k) => group.slice(k * size, (k + 1) * size),
      );
    }
  };
  const deal = (pieces: number[][]): Deal => {
    const batches: number[][] = [];
    for (const piece of pieces) {
      const last = batches.at(-1);
      if (last && tokens([...last, ...piece]) <= maxTokens) last.push(...piece);
      else batches.push([...piece]);
    }
    return { batches, tokens: batches.reduce((sum, batch) => sum + tokens(batch), 0) };
  };
  const byLength = deal(sorted.map((i) => [i])), byGroup = deal(groups.flatMap(parts));
  return byGroup.tokens < byLength.tokens ? byGroup : byLength;
}
