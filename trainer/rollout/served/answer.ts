/** What a server says it drew, checked before anything is learned from it. */

import { excerpt, RequestFault } from "../../endpoint/fault.ts";
import type { Completion } from "../engine.ts";

/** An answer, as a server claims it. */
export interface Claim {
  /** Should be token ids. */
  tokens: unknown;
  /** Should be as many numbers. */
  logprobs: unknown;
  /** Should be `"stop"` or `"length"`. */
  finish: unknown;
}

/** What an answer must keep to. */
export interface AnswerBounds {
  /** The most tokens that were asked for. */
  maxTokens: number;
  /** Ids are below this. */
  vocabSize: number;
  /** An answer that ended by itself has one of these last. */
  endTokens: readonly number[];
}

/** Rounding may lift the log-probability of a certain token above 0, in bfloat16 by this much. */
const ABOVE_ZERO = 0.02;

/**
 * The answer.
 *
 * @param url who claims it
 * @throws {RequestFault} where something is wrong with it
 */
export function checkedAnswer(url: string, claim: Claim, bounds: AnswerBounds): Completion {
  const { tokens, logprobs, finish } = claim;
  const { maxTokens, vocabSize, endTokens } = bounds;
  const wrong = (what: string): never => {
    throw new RequestFault(`${url} answered with ${what}`, true);
  };
  if (finish !== "stop" && finish !== "length") {
    return wrong(`a finish reason of ${excerpt(JSON.stringify(finish) ?? "none")}`);
  }
  if (!Array.isArray(tokens)) return wrong("no token ids: is it too old for return_token_ids?");
  if (tokens.length === 0 || tokens.length > maxTokens) {
    return wrong(`${tokens.length} tokens where 1 to ${maxTokens} were asked for`);
  }
  const stranger = tokens.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
  if (stranger !== undefined) {
    return wrong(`token ${excerpt(JSON.stringify(stranger))}, which is no id below ${vocabSize}`);
  }
  if (!Array.isArray(logprobs) || logprobs.length !== tokens.length) {
    const found = Array.isArray(logprobs) ? `${logprobs.length}` : "no";
    return wrong(`${found} log-probabilities of ${tokens.length} tokens`);
  }
  const odd = logprobs.find((x) => !Number.isFinite(x) || x > ABOVE_ZERO);
  if (odd !== undefined) return wrong(`a log-probability of ${excerpt(JSON.stringify(odd))}`);
  const ended = endTokens.includes(tokens.at(-1));
  if (finish === "stop" && !ended) {
    return wrong(
      `an end at token ${tokens.at(-1)}, which the tokenizer does not know for an end (${
        endTokens.join(", ")
      }): does it serve the same model?`,
    );
  }
  return {
    tokens,
    logprobs: logprobs.map((x) => Math.min(x, 0)),
    // An end token may be the last one that was allowed.
    finish: ended ? "stop" : "length",
  };
}
