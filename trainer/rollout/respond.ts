/** Answers as text: prompts through an engine, tokens through the tokenizer. */

import type { Tokenizer } from "../data/tokenizer.ts";
import type {
  Completion,
  GenerateOptions,
  GenerationRequest,
  RolloutEngine,
  Sampling,
} from "./engine.ts";

/** A completion and what it says. */
export interface Response extends Completion {
  /** The tokens as text, without special tokens. */
  text: string;
}

/** Generates, and decodes what came out; in the order of the requests. */
export async function respond(
  engine: RolloutEngine,
  tokenizer: Tokenizer,
  requests: readonly GenerationRequest[],
  sampling: Sampling,
  options: GenerateOptions = {},
): Promise<Response[]> {
  if (requests.length === 0) return [];
  const completions = await engine.generate(requests, sampling, options);
  return completions.map((completion) => ({
    ...completion,
    text: tokenizer.decode(completion.tokens, { skipSpecialTokens: true }),
  }));
}
