/** Rows of tokens as the padded arrays that a training graph reads. */

import type { TensorView } from "../device.ts";

/** Rows of tokens, padded on the right to one width. */
export interface Padded {
  /** How many. */
  rows: number;
  /** Tokens of each. */
  width: number;
  /** [rows, width] where each token stands in its sequence. */
  positions: BigInt64Array<ArrayBuffer>;
  /** Where padding stands: behind all that is read, but no further than a row is long. */
  padding: bigint;
}

/**
 * Sequences, and which of their tokens count. Where several have a prompt in common, it stands there once, without its
 * last token: with that begins each of their responses, for there the first token is predicted.
 */
export interface TokenBatch {
  /** Token ids: those of the prompts, then those of the responses, row by row. */
  ids: BigInt64Array<ArrayBuffer>;
  /** Prompts, each once; where that saves nothing, one row of padding. */
  prompts: Padded;
  /** Responses, or whole sequences; without their last tokens, which are only ever predicted. */
  responses: Padded;
  /** [responses, prompts] 1 where a response is one to the prompt, 0 elsewhere. */
  membership: Float32Array<ArrayBuffer>;
  /** [n] the places in `ids` whose stream predicts a counted token; no repeats. */
  counted: BigInt64Array<ArrayBuffer>;
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

/** Those that have each prompt, by their numbers. */
export function byPrompt(rows: readonly Pick<TokenRow, "prompt">[]): number[][] {
  // Rows of a group mostly have the very same array.
  const names = new Map<readonly number[], string>();
  const name = ({ prompt }: Pick<TokenRow, "prompt">) => {
    const found = names.get(prompt) ?? prompt.join(" ");
    names.set(prompt, found);
    return found;
  };
  return [...Map.groupBy(rows.keys(), (i) => name(rows[i])).values()];
}

/** Widths of a batch, in tokens. */
export interface Widths {
  /** Distinct prompts. */
  prompts: number;
  /** The longest prompt, without its last token. */
  prompt: number;
  /** Rows. */
  rows: number;
  /** The longest response. */
  response: number;
  /** The longest row, without its last token. */
  whole: number;
}

/** Tokens that are computed for a batch, and whether its prompts stand apart. */
export function tokensOf({ prompts, prompt, rows, response, whole }: Widths): {
  tokens: number;
  shared: boolean;
} {
  const apart = prompts * prompt + rows * response, together = rows * whole;
  // One token of padding, for want of prompts, is not counted.
  return { tokens: Math.min(apart, together), shared: apart < together };
}

/**
 * The {@linkcode Widths} of rows with so many distinct prompts.
 *
 * @param padded what a width is padded to
 */
export function widthsOf(
  rows: readonly TokenRow[],
  prompts: number,
  padded: (width: number) => number = (width) => width,
): Widths {
  const longest = (length: (row: TokenRow) => number) =>
    padded(rows.reduce((n, row) => Math.max(n, length(row)), 1));
  return {
    prompts,
    prompt: longest((r) => r.prompt.length - 1),
    rows: rows.length,
    response: longest((r) => r.response.length),
    whole: longest((r) => r.prompt.length + r.response.length - 1),
  };
}

/** Pads rows on the right. Counted tokens are in the order of the rows. */
export function tokenBatch(rows: readonly TokenRow[]): TokenBatch {
  rows.forEach(({ prompt }, i) => {
    if (prompt.length === 0) throw new Error(`Row ${i} has an empty prompt`);
  });
  const groups = byPrompt(rows), widths = widthsOf(rows, groups.length);
  const { shared } = tokensOf(widths);
  const padding = BigInt(widths.whole);
  const padded = (rows: number, width: number): Padded => {
    return { rows, width, positions: new BigInt64Array(rows * width).fill(padding), padding };
  };
  const prompts = shared ? padded(groups.length, widths.prompt) : padded(1, 1);
  const responses = padded(rows.length, shared ? widths.response : widths.whole);
  const ids = new BigInt64Array(prompts.positions.length + responses.positions.length);
  const membership = new Float32Array(rows.length * prompts.rows);
  if (shared) {
    groups.forEach((members, group) => {
      const { prompt } = rows[members[0]], start = group * prompts.width;
      for (let i = 0; i < prompt.length - 1; i++) {
        ids[start + i] = BigInt(prompt[i]);
        prompts.positions[start + i] = BigInt(i);
      }
      for (const row of members) membership[row * prompts.rows + group] = 1;
    });
  }
  const count = rows.reduce((n, r) => n + r.response.length, 0);
  const counted = new BigInt64Array(count), targets = new BigInt64Array(count);
  let k = 0;
  rows.forEach(({ prompt, response }, row) => {
    const before = shared ? prompt.length - 1 : 0;
    const start = row * responses.width, first = prompts.positions.length + start;
    const own = [...prompt.slice(before), ...response];
    for (let i = 0; i < own.length - 1; i++) {
      ids[first + i] = BigInt(own[i]);
      responses.positions[start + i] = BigInt(before + i);
    }
    for (let i = own.length - response.length; i < own.length; i++) {
      counted[k] = BigInt(first + i - 1);
      targets[k++] = BigInt(own[i]);
    }
  });
  return { ids, prompts, responses, membership, counted, targets };
}

/** What attention reads of a batch, by the names of the graphs' inputs. */
export function attended(
  { prompts, responses, membership }: TokenBatch,
): Record<string, TensorView> {
  const positions = ({ rows, width, positions }: Padded) => {
    return { data: positions, shape: [rows, width] };
  };
  return {
    prompts: positions(prompts),
    responses: positions(responses),
    membership: { data: membership, shape: [responses.rows, prompts.rows] },
  };
}
