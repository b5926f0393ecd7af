/** Which rows are computed together. */

import type { Device } from "../device.ts";
import type { DecoderConfig } from "./config.ts";
import { byPrompt, type TokenRow, tokensOf, type Widths, widthsOf } from "./token_batch.ts";

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
  const piece = (group: number, numbers: number[]): Piece => {
    return { group, numbers, widths: widthsOf(numbers.map((i) => rows[i]), 1, padded) };
  };
  /** As few parts as keep the budget, of like size. */
  const parts = (numbers: number[], group: number): Piece[] => {
    for (let count = 1;; count++) {
      const size = Math.ceil(numbers.length / count);
      const first = piece(group, numbers.slice(0, size));
      if (size > 1 && tokensOf(first.widths).tokens > maxTokens) continue;
      return Array.from(
        { length: Math.ceil(numbers.length / size) },
        (_, k) => k === 0 ? first : piece(group, numbers.slice(k * size, (k + 1) * size)),
      );
    }
  };
  const groupOf = new Map(groups.flatMap((numbers, group) => numbers.map((i) => [i, group])));
  const byLength = dealt(sorted.map((i) => piece(groupOf.get(i)!, [i])), maxTokens);
  const byGroup = dealt(groups.flatMap(parts), maxTokens);
  return byGroup.tokens < byLength.tokens ? byGroup : byLength;
}

/** Rows of one prompt. */
interface Piece {
  group: number;
  numbers: number[];
  widths: Widths;
}

/** Puts each piece to the one before, where the two keep the budget. */
function dealt(pieces: readonly Piece[], maxTokens: number): Deal {
  const batches: { numbers: number[]; groups: Set<number>; widths: Widths }[] = [];
  for (const { group, numbers, widths } of pieces) {
    const last = batches.at(-1);
    const both = last && joined(last.widths, widths, !last.groups.has(group));
    if (both && tokensOf(both).tokens <= maxTokens) {
      last.numbers.push(...numbers);
      last.groups.add(group);
      last.widths = both;
    } else batches.push({ numbers: [...numbers], groups: new Set([group]), widths });
  }
  return {
    batches: batches.map(({ numbers }) => numbers),
    tokens: batches.reduce((sum, { widths }) => sum + tokensOf(widths).tokens, 0),
  };
}

/** Of a batch and a piece, which may bring a prompt of its own. */
function joined(batch: Widths, piece: Widths, another: boolean): Widths {
  return {
    prompts: batch.prompts + (another ? 1 : 0),
    prompt: Math.max(batch.prompt, piece.prompt),
    rows: batch.rows + piece.rows,
    response: Math.max(batch.response, piece.response),
    whole: Math.max(batch.whole, piece.whole),
  };
}
