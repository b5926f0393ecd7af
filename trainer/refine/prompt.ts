/**
 * The refinement prompt. Its fixed parts are constants and the user message is their plain concatenation with the
 * question, the response and the critique, so that a tokenizer may give each part a token of its own.
 */

import { SYSTEM_PROMPT } from "../data/chat.ts";
import type { Message } from "../data/problem.ts";

/** Stands between the question and the previous solution. */
export const REFINE_PREVIOUS: string = "\n\nPrevious solution:\n";

/** Stands between the previous solution and its critique. */
export const REFINE_CRITIQUE: string = "\n\nCritique of the previous solution:\n";

/** Follows the critique; the verifier reads the answer from the last box. */
export const REFINE_REQUEST: string =
  "\n\nFix every error of the previous solution and solve the question again. Please reason step by " +
  "step, and put your final answer within \\boxed{}.";

/** What a refinement starts from. */
export interface RefinementSource {
  /** The question, without instructions. */
  question: string;
  /** The previous response, verbatim, its thoughts included. */
  response: string;
  /** What the critic says of it. */
  critique: string;
}

/** The chat that asks for a refinement: the system message of every prompt, then one user message. */
export function refinementMessages(source: RefinementSource): Message[] {
  const content = source.question + REFINE_PREVIOUS + source.response + REFINE_CRITIQUE +
    source.critique + REFINE_REQUEST;
  return [{ role: "system", content: SYSTEM_PROMPT }, { role: "user", content }];
}
