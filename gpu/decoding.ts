/** Sequences to be continued, and what of them is known step by step: between a generator and whoever decodes for it. */

import type { AnyArray, Program, TensorData, TensorView } from "./device.ts";

/** A sequence to be continued. */
export interface Sequence {
  /** At least one token id. */
  prompt: readonly number[];
  /** The most tokens to draw. */
  maxTokens: number;
  /** The uniform number in [0, 1) for draw `t`. */
  draw: (t: number) => number;
}

/** How a sequence was continued. */
export interface Continuation {
  /** Token ids, with the end token if it was drawn. */
  tokens: number[];
  /** Log-probability of each. */
  logProbs: number[];
  /** Whether it ended by itself. */
  ended: boolean;
}

/** A graph of the decoder, with the weights that it reads. */
export interface Weighted {
  /** See `model/decoding_graph.ts`. */
  readonly program: Program;
  /** By the names of its inputs. */
  readonly weights: Record<string, TensorView<AnyArray>>;
}

/** What decoding takes. */
export interface DecodingPlan {
  /** Puts prompts into the cache. */
  readonly prefill: Weighted;
  /** Draws the next token of each sequence. */
  readonly step: Weighted;
  /** A key-value cache for each lane, [slots, heads, capacity, head size] by name. */
  readonly caches: readonly Record<string, TensorView<AnyArray>>[];
  /** Whether a step reads draws. */
  readonly sampled: boolean;
  /** What it reads besides, the same at every step. */
  readonly sampler: Record<string, TensorView<TensorData>>;
  /** A sequence ends with any of these. */
  readonly endTokens: readonly number[];
  /** What a lane prefills side by side at most, padding included, unless one prompt has more. */
  readonly prefillTokens: number;
  /** Takes shapes of which there are few. */
  readonly fixed: boolean;
}

/** What happened in a step. */
export interface DecodingStep {
  /** Tokens drawn. */
  drawn: number;
  /** Sequences that are done, by their number. */
  finished: (Continuation & { index: number })[];
}

/** Sequences while they are continued. */
export interface Decoding extends Disposable {
  /** Sequences that are not done. */
  readonly left: number;
  /** Goes on by one step, or by a few where that is cheaper. */
  advance(): Promise<DecodingStep[]>;
}
