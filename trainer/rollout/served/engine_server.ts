/** A server that holds a copy of the policy and draws tokens from it: the face that vLLM and SGLang share. */

import type { Completion, Sampling } from "../engine.ts";

/** Answers to one prompt. */
export interface PromptRequest {
  /** Token ids, at least one. */
  prompt: readonly number[];
  /** The most tokens of an answer, the end token included. */
  maxTokens: number;
  /** One for each answer; what they do is the server's. */
  seeds: readonly number[];
}

/** Weights as a server finds them. */
export interface ServedWeights {
  /** What they are called; never used twice, for servers keep adapters by name. */
  name: string;
  /** A folder in Hugging Face's layout, or PEFT's where they are an adapter. */
  folder: string;
  /** Whether it is a whole model, or a LoRA adapter to the one that the server was started with. */
  kind: "model" | "adapter";
}

/**
 * One server. Every method throws a {@linkcode RequestFault} that names the address where the server is away or
 * talks rubbish, and the signal's reason where that ended it.
 */
export interface EngineServer {
  /** Its address. */
  readonly url: string;
  /** Whether it is there at all. */
  check(signal?: AbortSignal): Promise<void>;
  /** Makes it serve these weights and forget what it kept of others. It must not be generating. */
  load(weights: ServedWeights, signal?: AbortSignal): Promise<void>;
  /** An answer for each seed; ids, lengths and log-probabilities are checked. */
  complete(
    request: PromptRequest,
    sampling: Sampling,
    signal?: AbortSignal,
  ): Promise<Completion[]>;
}

/** What every server must be told. */
export interface EngineServerOptions {
  /** Its address; a `/v1` at the end does no harm. */
  url: string;
  /** The environment variable that holds its key, if it wants one. */
  apiKeyEnv?: string;
  /** For the whole of one request. */
  timeoutMs: number;
  /** Ids that end an answer. */
  endTokens: readonly number[];
  /** Ids are below this. */
  vocabSize: number;
}

/** Milliseconds in which a server that is there says so. */
export const CHECK_TIMEOUT = 10_000;

/** An address without what does not belong to it. */
export function rootOf(url: string): string {
  return url.replace(/\/+$/, "").replace(/\/v1$/, "");
}
