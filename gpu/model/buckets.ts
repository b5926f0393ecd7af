/**
 * Sizes of which there are few. A GPU plans its kernels and its memory for shapes: with as many shapes as there are
 * lengths, ONNX Runtime's arena never settles, and a decoding step could not be captured as a CUDA graph.
 */

import type { PerToken } from "./learner.ts";
import type { Padded, TokenBatch } from "./token_batch.ts";

/** The least size not below `n` that has no more than `bits` leading binary digits: at most a 2^(bits−1)th more. */
export function bucket(n: number, bits: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(n)) + 1 - bits);
  return step * Math.ceil(n / step);
}

/** Sequences of a decoding step; an empty row costs almost nothing there. */
export const rowBucket = (rows: number): number => bucket(rows, 2);

/** Tokens of a row in training, where each costs: at most an eighth more. */
export const widthBucket = (width: number): number => bucket(width, 4);

/** Tokens of a cache, of a prefill, and those that count in a batch: at most a quarter more. */
export const lengthBucket = (length: number): number => bucket(length, 3);

/** The same batch in sizes of which there are few; the tokens added come last, and nothing looks at them. */
export function bucketedBatch(batch: TokenBatch): TokenBatch {
  const prompts = wider(batch.prompts), responses = wider(batch.responses);
  const count = batch.targets.length, places = responses.positions.length;
  const more = Math.min(places, lengthBucket(Math.max(1, count))) - count;
  const first = prompts.positions.length, firstBefore = batch.prompts.positions.length;
  const ids = new BigInt64Array(first + places);
  copyRows(batch.ids.subarray(0, firstBefore), batch.prompts, ids.subarray(0, first), prompts);
  copyRows(batch.ids.subarray(firstBefore), batch.responses, ids.subarray(first), responses);
  const counted = new BigInt64Array(count + more);
  const used = new Set<number>();
  batch.counted.forEach((place, i) => {
    const response = Number(place) - firstBefore, { width } = batch.responses;
    const at = first + Math.floor(response / width) * responses.width + response % width;
    used.add(at);
    counted[i] = BigInt(at);
  });
  // No place may repeat, so what is added looks where nothing is predicted.
  for (let i = count, free = ids.length - 1; i < count + more; free--) {
    if (!used.has(free)) counted[i++] = BigInt(free);
  }
  const targets = new BigInt64Array(count + more);
  targets.set(batch.targets);
  return { ids, prompts, responses, membership: batch.membership, counted, targets };
}

function wider(before: Padded): Padded {
  const { rows, padding } = before, width = widthBucket(before.width);
  const after = { ...before, width, positions: new BigInt64Array(rows * width).fill(padding) };
  copyRows(before.positions, before, after.positions, after);
  return after;
}

function copyRows(
  from: BigInt64Array,
  { rows, width }: Padded,
  to: BigInt64Array,
  { width: wide }: Padded,
): void {
  for (let row = 0; row < rows; row++) {
    to.set(from.subarray(row * width, (row + 1) * width), row * wide);
  }
}

/** Numbers of a batch with zeros for the tokens added: with a weight of zero they add nothing to a loss. */
export function padPerToken(perToken: PerToken, counted: number): PerToken {
  return mapped(perToken, (data) => {
    const longer = new Float32Array(counted);
    longer.set(data);
    return longer;
  });
}

/** Results of a batch without the tokens added; a loss is one number. */
export function trimPerToken(results: PerToken, counted: number): PerToken {
  return mapped(results, (data, name) => name === "loss" ? data : data.subarray(0, counted));
}

function mapped(
  arrays: PerToken,
  change: (data: Float32Array<ArrayBuffer>, name: string) => Float32Array<ArrayBuffer>,
): PerToken {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, data]) => [name, change(data, name)]),
  );
}
