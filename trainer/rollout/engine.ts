/** What generates: the policy itself, a second process, or a remote server. */

/** How tokens are drawn. */
export interface Sampling {
  /** Divides the logits; 0 means greedy. */
  temperature: number;
  /** Nucleus: the smallest set of tokens with at least this mass is kept; 1 keeps all. */
  topP: number;
  /** The number of likeliest tokens kept; 0 keeps all. */
  topK: number;
}

/** One sequence to be generated. */
export interface GenerationRequest {
  /** Token ids, at least one. */
  prompt: readonly number[];
  /** The most tokens to draw, the end token included. */
  maxTokens: number;
  /** Draw `t` uses `uniform(seed, t)`, whatever else is in the batch. */
  seed: number;
}

/** What was generated. */
export interface Completion {
  /** Token ids; the last one is the end token exactly when `finish` is `"stop"`. */
  tokens: number[];
  /** Natural log-probability of each token under the distribution it was drawn from. */
  logprobs: number[];
  /** `"length"` when `maxTokens` ran out first. */
  finish: "stop" | "length";
}

/** Options of {@linkcode RolloutEngine.generate}. */
export interface GenerateOptions {
  /** Aborts between two tokens. */
  signal?: AbortSignal;
  /** Called after each step with the number of tokens that it drew. */
  onTokens?: (count: number) => void;
}

/** Anything that turns prompts into completions, in the order of the requests. */
export interface RolloutEngine {
  /** Generates a completion for each request. */
  generate(
    requests: readonly GenerationRequest[],
    sampling: Sampling,
    options?: GenerateOptions,
  ): Promise<Completion[]>;
}
