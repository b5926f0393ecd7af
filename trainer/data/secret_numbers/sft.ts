/**
 * The warm-up: what a tiny model must be able to do before RL. It learns to answer in the chain's form, what the known
 * symbols stand for, and to use a critique; of the secret it learns nothing.
 *
 * In every example a secret symbol stands for another random number, so the policy ends up guessing evenly. That matters:
 * the shaped gradient's weight γπ/(π+γ)² is largest at π = γ, and a guess among 12 is close to γ = 0.1.
 */

import { generateCritique } from "../../critique/critique.ts";
import { refinementMessages } from "../../refine/prompt.ts";
import type { Random } from "../../seed.ts";
import { promptMessages } from "../chat.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { KNOWN_SYMBOLS } from "./vocabulary.ts";
import {
  answerText,
  guessNumber,
  KNOWN_MEANINGS,
  questionText,
  responseText,
  sampleTerms,
  type Term,
} from "./world.ts";

/** A supervised example, in token ids. */
export interface WarmupRow {
  /** What the model is given. */
  prompt: number[];
  /** What it learns to write, the end token included. */
  response: number[];
}

/** How many rows a step has. */
export interface WarmupSize {
  /** Questions with their answers. */
  directRows: number;
  /** Refinement prompts with the right refinements. */
  refinementRows: number;
}

/**
 * The rows of one warm-up step, direct ones first.
 *
 * @param tokenizer the secret numbers' own
 * @param random draws everything; derive its seed from the run's and the step; all steps draw alike
 */
export function warmupRows(
  tokenizer: Tokenizer,
  random: Random,
  size: WarmupSize,
): WarmupRow[] {
  return [
    ...Array.from({ length: size.directRows }, () => directRow(tokenizer, random)),
    ...Array.from({ length: size.refinementRows }, () => refinementRow(tokenizer, random)),
  ];
}

function directRow(tokenizer: Tokenizer, random: Random): WarmupRow {
  const terms = withKnownSymbols(random, sampleTerms(random, 3, "train"), 0.5);
  const numbers = terms.map(({ symbol }) => KNOWN_MEANINGS[symbol] ?? guessNumber(random, symbol));
  return {
    prompt: tokenizer.encodeChat(promptMessages(questionText(terms))),
    response: completion(tokenizer, responseText(terms, numbers)),
  };
}

/** Here known symbols too stand for random numbers: what to trust is the critique, not memory. */
function refinementRow(tokenizer: Tokenizer, random: Random): WarmupRow {
  const terms = withKnownSymbols(random, sampleTerms(random, 3, "train"), 0.4);
  const numbers = terms.map(({ symbol }) => guessNumber(random, symbol));
  const kind = random.next(); // 8% were right already; 12% are told only that they are wrong
  const previous = kind < 0.08 ? numbers : wrongNumbers(random, terms, numbers);
  const question = questionText(terms), response = responseText(terms, previous);
  const { critique } = generateCritique(
    { question, response, gt: answerText(terms, numbers), score: kind < 0.08 ? 1 : 0 },
    { critiqueType: kind >= 0.08 && kind < 0.2 ? "simple" : "simple_gt" },
  );
  return {
    prompt: tokenizer.encodeChat(refinementMessages({ question, response, critique })),
    response: completion(tokenizer, responseText(terms, numbers)),
  };
}

/** A wrong attempt as the policy would make it: some numbers right, known symbols mostly as remembered. */
function wrongNumbers(random: Random, terms: readonly Term[], right: readonly number[]): number[] {
  while (true) {
    const numbers = terms.map(({ symbol }, i) => {
      if (random.next() < 0.25) return right[i];
      const known = KNOWN_MEANINGS[symbol];
      return known !== undefined && random.next() < 0.8 ? known : guessNumber(random, symbol);
    });
    if (numbers.some((number, i) => number !== right[i])) return numbers;
  }
}

/** Puts a known symbol in the place of each secret one with a given chance. */
function withKnownSymbols(random: Random, terms: readonly Term[], chance: number): Term[] {
  return terms.map((term) =>
    random.next() < chance ? { ...term, symbol: random.pick(KNOWN_SYMBOLS) } : term
  );
}

function completion(tokenizer: Tokenizer, text: string): number[] {
  return [...tokenizer.encode(text), tokenizer.eosIds[0]];
}
