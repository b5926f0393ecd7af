/** Rows of tokens as the padded arrays that a training graph reads. */

import type { Device } from "../device.ts";
import { widthBucket } from "./buckets.ts";
import type { TokenBatch } from "./learner.ts";

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
 * Tokens of a micro-batch on a CPU. Larger ones spill the activations out of the second-level cache, which costs 10 to
 * 20% of a step; smaller ones waste the matrix units.
 */
export const CPU_MICRO_BATCH = 1024;

/** Tokens of a micro-batch on a GPU, where nothing else is asked for: enough to keep its matrix units at work. */
const GPU_MICRO_BATCH = 16_384;

/** Tokens of a micro-batch on a device: what is asked for, on a CPU no more than {@linkcode CPU_MICRO_BATCH}. */
export function microBatchTokens(
  { provider }: Pick<Device, "provider">,
  asked?: number,
): number {
  if (provider === "CUDA") return asked ?? GPU_MICRO_BATCH;
  return Math.min(asked ?? CPU_MICRO_BATCH, CPU_MICRO_BATCH);
}

/** Rows in micro-batches as a device takes them best, of at most `asked` tokens. */
export function microBatchesFor(
  device: Pick<Device, "provider">,
  rows: readonly TokenRow[],
  asked?: number,
): number[][] {
  const padded = device.provider === "CUDA" ? widthBucket : undefined;
  return microBatches(rows, microBatchTokens(device, asked), padded);
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
