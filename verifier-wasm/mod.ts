/**
 * Decides whether an answer to a mathematical question equals the gold answer: exactly, within a
 * bounded number of steps, and saying which of four things happened.
 *
 * @module
 */
import { call } from "./instance.ts";

/**
 * - `equal`: the answer says the same as the gold answer.
 * - `different`: it says something else.
 * - `unparsable`: there is no answer in it, or the gold answer cannot be one.
 * - `gave_up`: no rule decides, or the budget is spent.
 */
export type Outcome = "equal" | "different" | "unparsable" | "gave_up";

/** What {@link verify} found. */
export interface Verdict {
  /** Which of the four happened. */
  outcome: Outcome;
  /** The part of the response taken for its answer; null where there is none. */
  extracted: string | null;
  /** The gold answer as it was understood; null where it could not be read. */
  goldParsed: string | null;
  /** The answer as it was understood; null where it could not be read. */
  answerParsed: string | null;
  /** Why, as a sentence for people. It may quote the answer: escape it before printing. */
  reason: string;
}

/** Steps, each about an operation on 32 bits: some 20 to 50 ms at the very most. */
const BUDGET = 10_000_000;

/**
 * Compares an answer with the gold answer.
 *
 * The answer of a whole response is its last `\boxed{…}` outside of `<think>…</think>`; without a
 * box, what follows "the answer is", or all of a short text. Any string gives a verdict: nothing
 * is thrown for what a model wrote.
 *
 * @param gold the gold answer, or a solution that ends in a box
 * @param answer a bare answer or a whole response
 * @param options `budget`: the most steps to take, a positive integer below 2^32
 * @default options.budget 10_000_000
 * @throws RangeError when the budget is not such an integer
 *
 * @example
 * ```ts
 * const { outcome } = verify("(3.7, 5.4)", "so it is \\boxed{(\\frac{37}{10}, 5.4)}");
 * if (outcome !== "equal") throw new Error(outcome);
 * ```
 */
export function verify(gold: string, answer: string, options?: { budget?: number }): Verdict {
  const budget = options?.budget ?? BUDGET;
  if (!Number.isInteger(budget) || budget < 1 || budget >= 2 ** 32) {
    throw new RangeError(`Cannot verify with a budget of ${budget}: give 1 to 2^32 - 1 steps`);
  }
  const called = call([gold, answer], (wasm, [g, a]) => wasm.verify(g, a, budget));
  if ("result" in called) return called.result as Verdict;
  return {
    outcome: "gave_up",
    extracted: null,
    goldParsed: null,
    answerParsed: null,
    reason: called.failure,
  };
}

/**
 * The content of the last `\boxed{…}` or `\fbox{…}` after any `</think>`, null where there is none.
 * Boxes with nothing but "or", "and" or punctuation between them are one answer: where they
 * differ, they come joined by commas.
 */
export function extract(response: string): string | null {
  const called = call([response], (wasm, [length]) => wasm.extract(length));
  return "result" in called ? called.result as string | null : null;
}

/**
 * Reads a gold answer: its kind (`integer`, `rational`, `real`, `tuple`, `set`, `list`,
 * `assignment`, `contradiction`, `text`) and its value in a normal form, or why it cannot be one:
 * it is empty, or its braces do not match.
 */
export function parse(text: string): { kind: string; value: string } | { error: string } {
  const called = call([text], (wasm, [length]) => wasm.parse(length, BUDGET));
  return "result" in called
    ? called.result as { kind: string; value: string } | { error: string }
    : { error: called.failure };
}
