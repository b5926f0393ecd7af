/** Rows of tokens as the padded arrays that a training graph reads. */

import type { Device } from "../device.ts";

/** Padded sequences, and which of their tokens count. */
export interface TokenBatch {
  /** [rows, width] token ids, row by row, padded on the right. */
  ids: BigInt64Array<ArrayBuffer>;
  /** Sequences. */
  rows: number;
  /** Length of the longest one. */
  width: number;
  /** [n] where (row · width + column) the stream predicts each counted token; no repeats. */
  positions: BigInt64Array<ArrayBuffer>;
  /** [n] the tokens predicted there. */
  targets: BigInt64Array<ArrayBuffer>;
}

/** A prompt and the response whose tokens count. */
export interface TokenRow {
  /** At least one token id. */
  prompt: readonly number[];
  /** Token ids. */
  response: readonly number[];
}

/** Pads rows on the right (a causal model never looks there). Counted tokens are in the order of the rows. */
export function tokenBatch(rows: readonly TokenRow[]): TokenBatch {
  // The last token is only ever predicted, never read.
  const width = rows.reduce((n, r) => Math.max(n, r.prompt.length + r.response.length - 1), 1);
  const count = rows.reduce((n, r) => n + r.response.length, 0);
  const ids = new BigInt64Array(rows.length * width);
  const positions = new BigInt64Array(count), targets = new BigInt64Array(count);
  let k = 0;
  rows.forEach(({ prompt, response }, row) => {
    if (prompt.length === 0) throw new Error(`Row ${row} has an empty prompt`);
    const start = row * width;
    prompt.forEach((id, i) => ids[start + i] = BigInt(id));
    response.forEach((id, i) => {
      const column = prompt.length + i;
      if (i < response.length - 1) ids[start + column] = BigInt(id);
      positions[k] = BigInt(start + column - 1);
      targets[k++] = BigInt(id);
    });
  });
  return { ids, rows: rows.length, width, positions, targets };
}

/**
/**
 * Tokens of a micro-batch. On a CPU larger ones spill the activations out of the second-level cache, which costs 10 to
 * 20% of a step, and smaller ones waste the matrix units; on a GPU it is enough to keep those at work.
 */
const TOKENS = { CPU: 1024, CUDA: 16_384 };

/** The same where each thread of a CPU computes one: what is kept of a narrow model fits the thread's own cache. */
const LANE_TOKENS = 512;

/** Tokens of a micro-batch on a device: what is asked for, on a CPU no more than suits it. */
export function microBatchTokens(
  { provider }: Pick<Device, "provider">,
  asked: number = TOKENS[provider],
  lanes = 1,
): number {
  if (provider === "CUDA") return asked;
  return Math.min(asked, lanes > 1 ? LANE_TOKENS : TOKENS.CPU);
}

/**
 * Deals rows into micro-batches of at most `maxTokens` tokens, padding included; rows of like length go together.
 *
 * @param padded what a row's length is padded to
 * @returns row numbers by micro-batch; a row longer than the budget gets one of its own
 */
export function microBatches(
  rows: readonly TokenRow[],
  maxTokens: number,
  padded: (length: number) => number = (length) => length,
): number[][] {
  const length = (i: number) => padded(rows[i].prompt.length + rows[i].response.length);
  const order = rows.map((_, i) => i).sort((a, b) => length(b) - length(a) || a - b);
  const batches: number[][] = [];
  let width = 0;
  for (const i of order) {
    const batch = batches.at(-1);
    if (batch && (batch.length + 1) * width <= maxTokens) {
      batch.push(i);
    } else {
      batches.push([i]);
      width = length(i);
    }
  }
  return batches;
}
