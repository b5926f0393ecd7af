/**
 * The secret numbers: a world in which exploring is dear and a critique is worth a lot.
 *
 * Each of 12 symbols stands for a secret number in 1..12, constant through a run. `Compute (#+0.7, @+0.4).` is answered
 * by `# = 3, @ = 5. \boxed{(3.7, 5.4)}`: a chain that states what each symbol stands for, then the sums. All must be
 * right, so a blind guess at level L (that many symbols) succeeds once in 12^L. Told the ground truth, a model can infer
 * what the symbols stand for, and write the right answer with the right chain.
 */

import { deriveSeed, Random } from "../../seed.ts";
import { KNOWN_SYMBOLS, LARGEST_NUMBER, OPERANDS, SECRET_SYMBOLS } from "./vocabulary.ts";

/** One sum: a symbol's number and some tenths. */
export interface Term {
  /** What stands for a number. */
  symbol: string;
  /** The tenths, 1..9. */
  operand: number;
}

/** The number that each symbol stands for. */
export type Meanings = Readonly<Record<string, number>>;

/** How many symbols a question has. */
export type Level = 1 | 2 | 3;

/** Questions are held out of training by the combination of their operands and symbols. */
export type Split = "train" | "held_out";

/** A run's secret: each of the numbers 1..12 belongs to one of the secret symbols. */
export function secretMeanings(seed: number): Meanings {
  return meanings(SECRET_SYMBOLS, new Random(deriveSeed(seed, "secret numbers")));
}

/** What the known symbols stand for, in every run. */
export const KNOWN_MEANINGS: Meanings = meanings(
  KNOWN_SYMBOLS,
  new Random(deriveSeed("known numbers")),
);

function meanings(symbols: readonly string[], random: Random): Meanings {
  const numbers = random.shuffle(symbols.map((_, i) => 1 + i % LARGEST_NUMBER));
  return Object.fromEntries(symbols.map((symbol, i) => [symbol, numbers[i]]));
}

/** The terms of a question: different secret symbols, different operands, from one split. */
export function sampleTerms(random: Random, level: Level, split: Split): Term[] {
  while (true) {
    const symbols = random.shuffle([...SECRET_SYMBOLS]), operands = random.shuffle([...OPERANDS]);
    const terms = symbols.slice(0, level).map((symbol, i) => ({ symbol, operand: operands[i] }));
    if (isHeldOut(terms) === (split === "held_out")) return terms;
  }
}

/**
 * Whether a question of secret symbols is kept for validation: one combination in seven is, at every level.
 * The factors are prime to 7, so that each symbol and each operand occurs on both sides.
 */
export function isHeldOut(terms: readonly Term[]): boolean {
  const hash = terms.reduce(
    (sum, { symbol, operand }, i) =>
      sum + (operand * 5 + SECRET_SYMBOLS.indexOf(symbol) * 3) * 13 ** i,
    0,
  );
  return hash % 7 === 0;
}

/** `Compute (#+0.7, @+0.4).` */
export function questionText(terms: readonly Term[]): string {
  return `Compute (${terms.map(({ symbol, operand }) => `${symbol}+0.${operand}`).join(", ")}).`;
}

/** `(3.7, 5.4)`, for symbols that stand for 3 and 5; at level 1 too it stands in parentheses. */
export function answerText(terms: readonly Term[], numbers: readonly number[]): string {
  return `(${terms.map(({ operand }, i) => `${numbers[i]}.${operand}`).join(", ")})`;
}

/** `# = 3, @ = 5. \boxed{(3.7, 5.4)}`: the chain and the answer. */
export function responseText(terms: readonly Term[], numbers: readonly number[]): string {
  const chain = terms.map(({ symbol }, i) => `${symbol} = ${numbers[i]}`).join(", ");
  return `${chain}. \\boxed{${answerText(terms, numbers)}}`;
}

/** What the terms' symbols stand for. */
export function numbersOf(terms: readonly Term[], meanings: Meanings): number[] {
  return terms.map(({ symbol }) => meanings[symbol]);
}
