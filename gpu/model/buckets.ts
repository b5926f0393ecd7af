/**
 * Sizes of which there are few. A GPU plans its kernels and its memory for shapes: with as many shapes as there are
 * lengths, ONNX Runtime's arena never settles, and a decoding step could not be captured as a CUDA graph.
 */

import type { PerToken } from "./learner.ts";
import type { TokenBatch } from "./token_batch.ts";

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
  const { rows, width } = batch, counted = batch.targets.length;
  const wide = widthBucket(width);
  const more = Math.min(rows * wide, lengthBucket(Math.max(1, counted))) - counted;
  if (wide === width && more === 0) return batch;
  const ids = new BigInt64Array(rows * wide);
  for (let row = 0; row < rows; row++) {
    ids.set(batch.ids.subarray(row * width, (row + 1) * width), row * wide);
  }
  const positions = new BigInt64Array(counted + more);
  const used = new Set<number>();
  batch.positions.forEach((position, i) => {
    const row = Math.floor(Number(position) / width), column = Number(position) % width;
    used.add(row * wide + column);
    positions[i] = BigInt(row * wide + column);
  });
  // No position may repeat, so what is added looks where nothing is predicted.
  for (let i = counted, free = rows * wide - 1; i < counted + more; free--) {
    if (!used.has(free)) positions[i++] = BigInt(free);
  }
  const targets = new BigInt64Array(counted + more);
  targets.set(batch.targets);
  return { ids, rows, width: wide, positions, targets };
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
