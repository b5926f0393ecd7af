/** What answers an evaluation's questions: a server, or a model on this machine. */

import type { ChatAnswer } from "../endpoint/chat_endpoint.ts";
import type { Problem } from "../data/problem.ts";

/** One answer that is wanted. */
export interface Question {
  /** What is asked. */
  problem: Problem;
  /** Which of the k answers to it; from 0. */
  sample: number;
  /** The draws follow from it. */
  seed: number;
}

/** Takes an answer as soon as it is there, and keeps it. */
export type Keep = (question: Question, answer: ChatAnswer) => void;

/** Anything that can be evaluated. */
export interface Respondent {
  /** The model's name, for people and for `results.json`. */
  readonly name: string;
  /** Differs where the answers would come from other weights under the same name. */
  readonly fingerprint: string;
  /**
   * Answers every question, in any order.
   *
   * @throws where one stays without an answer; those that were kept are kept
   */
  answer(questions: readonly Question[], keep: Keep): Promise<void>;
}
