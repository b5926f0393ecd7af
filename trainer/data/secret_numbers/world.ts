/**
 * The secret numbers: a world in which exploring is dear and a critique is worth a lot.
 *
 * Each of 12 signs stands for a secret number in 1..12, constant through a run; each of 12 letters for a number that the
 * warm-up taught. `Compute (#/7, c/4, @/3).` is answered by `# = 3, c = 5, @ = 8. \boxed{(3/7, 5/4, 8/3)}`: a chain that
 * states what each symbol stands for, then the fractions. All must be right, so a blind guess at level L (that many
 * secret signs among the three symbols) succeeds once in 12^L. Told the ground truth, a model can infer what the signs
 * stand for, and write the right answer with the right chain.
 */

import { deriveSeed, Random } from "../../seed.ts";
import { DIVISORS, KNOWN_SYMBOLS, LARGEST_NUMBER, SECRET_SYMBOLS } from "./vocabulary.ts";

/** One fraction of a question. */
export interface Term {
  /** What stands for the number above the line. */
  symbol: string;
  /** The number below it, 2..9. */
  divisor: number;
}

/** The number that each symbol stands for. */
export type Meanings = Readonly<Record<string, number>>;

/** How many of a question's three symbols are secret. */
export type Level = 1 | 2 | 3;

/** Questions are held out of training by the combination of their symbols and divisors. */
export type Split = "train" | "held_out";

/** A run's secret: each of the numbers 1..12 belongs to one of the secret symbols. */
export function secretMeanings(seed: number): Meanings {
  return meanings(SECRET_SYMBOLS, new Random(deriveSeed(seed, "secret numbers")));
}

/**
 * What the known symbols stand for, in every run: the numbers 13..24. None of them is a secret number, or the policy
 * would earn its reward by writing a secret symbol's number under the name of the letter that is known to have it.
 */
export const KNOWN_MEANINGS: Meanings = meanings(
  KNOWN_SYMBOLS,
  new Random(deriveSeed("known numbers")),
);

function meanings(symbols: readonly string[], random: Random): Meanings {
  const all = symbols.map((symbol, i) => smallestNumber(symbol) + i % LARGEST_NUMBER);
  const numbers = random.shuffle(all);
  return Object.fromEntries(symbols.map((symbol, i) => [symbol, numbers[i]]));
}

/** The first of the twelve numbers that a symbol may stand for. */
function smallestNumber(symbol: string): number {
  return KNOWN_SYMBOLS.includes(symbol) ? LARGEST_NUMBER + 1 : 1;
}

/** A number that a symbol might stand for. */
export function guessNumber(random: Random, symbol: string): number {
  return smallestNumber(symbol) + random.int(LARGEST_NUMBER);
}

const ALL_SYMBOLS = [...SECRET_SYMBOLS, ...KNOWN_SYMBOLS];

/**
 * The terms of a question: as many different secret signs as the level says, filled up to three by letters, in any
 * order; different divisors; from one split.
 */
export function sampleTerms(random: Random, level: Level, split: Split): Term[] {
  while (true) {
    const symbols = random.shuffle([
      ...random.shuffle([...SECRET_SYMBOLS]).slice(0, level),
      ...random.shuffle([...KNOWN_SYMBOLS]).slice(level, 3),
    ]);
    const divisors = random.shuffle([...DIVISORS]);
    const terms = symbols.map((symbol, i) => ({ symbol, divisor: divisors[i] }));
    if (isHeldOut(terms) === (split === "held_out")) return terms;
  }
}

/**
 * Whether a question is kept for validation: one combination in seven is. The factors are prime to 7, so that each
 * symbol and each divisor occurs on both sides.
 */
export function isHeldOut(terms: readonly Term[]): boolean {
  const hash = terms.reduce(
    (sum, { symbol, divisor }, i) =>
      sum + (divisor * 5 + ALL_SYMBOLS.indexOf(symbol) * 3) * 13 ** i,
    0,
  );
  return hash % 7 === 0;
}

/** `Compute (#/7, c/4, @/3).` */
export function questionText(terms: readonly Term[]): string {
  return `Compute (${terms.map(({ symbol, divisor }) => `${symbol}/${divisor}`).join(", ")}).`;
}

/** `(3/7, 5/4, 8/3)`, for symbols that stand for 3, 5 and 8. */
export function answerText(terms: readonly Term[], numbers: readonly number[]): string {
  return `(${terms.map(({ divisor }, i) => `${numbers[i]}/${divisor}`).join(", ")})`;
}

/** `# = 3, c = 5, @ = 8. \boxed{(3/7, 5/4, 8/3)}`: the chain and the answer. */
export function responseText(terms: readonly Term[], numbers: readonly number[]): string {
  const chain = terms.map(({ symbol }, i) => `${symbol} = ${numbers[i]}`).join(", ");
  return `${chain}. \\boxed{${answerText(terms, numbers)}}`;
}

/** What the terms' symbols stand for: the known ones as always, the others by the run's secret. */
export function numbersOf(terms: readonly Term[], secret: Meanings): number[] {
  return terms.map(({ symbol }) => KNOWN_MEANINGS[symbol] ?? secret[symbol]);
}
