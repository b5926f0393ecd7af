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

/** How {@link verify} judges. */
export interface VerifyOptions {
  /** The most steps to take, a positive integer below 2^32. @default {4_000_000} */
  budget?: number;
  /**
   * `letters`: both sides name a choice from A to J, perhaps in sentences ("The answer is (C)"). Left out, the form is
   * found out.
   */
  form?: "letters";
}

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

/** By the codes that `src/exports.rs` gives them. */
const OUTCOMES: Outcome[] = ["equal", "different", "unparsable", "gave_up"];

/** Steps, each about an operation on 32 bits: which bounds the time; the slowest adversarial case measured took 35 ms. */
const BUDGET = 4_000_000;

/**
 * Compares an answer with the gold answer.
 *
 * The answer of a whole response is what it marks as such, see {@link extract}; a short text without any mark is its
 * own answer. Any string gives a verdict: nothing is thrown for what a model wrote.
 *
 * @param gold the gold answer, or a solution that ends in a box
 * @param answer a bare answer or a whole response
 * @throws RangeError when the budget is not a positive integer below 2^32
 *
 * @example A whole response
 * ```ts
 * import { verify } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * const verdict = verify("(3.7, 5.4)", "so it is \\boxed{(\\frac{37}{10}, 5.4)}");
 * assert.equal(verdict.outcome, "equal");
 * assert.equal(verdict.extracted, "(\\frac{37}{10}, 5.4)");
 * ```
 *
 * @example A choice
 * ```ts
 * import { verify } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * const response = "It can't be A or B. I think it's D";
 * assert.equal(verify("(D) Alina", response, { form: "letters" }).outcome, "equal");
 * ```
 */
export function verify(gold: string, answer: string, options: VerifyOptions = {}): Verdict {
  const budget = options.budget ?? BUDGET;
  if (!Number.isInteger(budget) || budget < 1 || budget >= 2 ** 32) {
    throw new RangeError(`Cannot verify with a budget of ${budget}: give 1 to 2^32 - 1 steps`);
  }
  const letters = options.form === "letters";
  const called = call(
    [gold, answer],
    (wasm, [g, a]) => letters ? wasm.verify_choice(g, a) : wasm.verify(g, a, budget),
  );
  if ("failure" in called) {
    return {
      outcome: "gave_up",
      extracted: null,
      goldParsed: null,
      answerParsed: null,
      reason: called.failure,
    };
  }
  const [extracted, goldParsed, answerParsed, reason] = called.texts;
  return {
    outcome: OUTCOMES[called.code],
    extracted,
    goldParsed,
    answerParsed,
    reason: reason ?? "",
  };
}

/**
 * The answer that a response marks as such, null where it marks none: the strongest mark counts, which are in this
 * order an `<answer>` tag, `\boxed{…}` or `\fbox{…}`, `#### …` in the last line, "the answer is …" or "Answer: …", and
 * a last sentence that comes to a single formula. The last of several counts; several in one sentence, as in a row of
 * guesses, come joined by commas. Thoughts, up to `</think>`, mark nothing.
 *
 * @example
 * ```ts
 * import { extract } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * assert.equal(extract("<think>\\boxed{1}</think> \\boxed{41}. Wait, no: \\boxed{42}"), "42");
 * assert.equal(extract("\\boxed{41} or \\boxed{42}"), "41, 42");
 * assert.equal(extract("The answer is 42."), "42");
 * assert.equal(extract("I thought of 41, 42 and 43."), null);
 * ```
 */
export function extract(response: string): string | null {
  const called = call([response], (wasm, [length]) => wasm.extract(length));
  return "failure" in called ? null : called.texts[0];
}

/**
 * Reads a gold answer: its kind and its value in a normal form, or why it cannot be one. A loader of data can so show
 * the rows that no answer could ever be held against.
 *
 * @example
 * ```ts
 * import { parse } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parse("\\frac{37}{10}"), { kind: "rational", value: "37/10" });
 * assert.ok("error" in parse("\\frac{37}{10"));
 * ```
 */
export function parse(text: string): { kind: string; value: string } | { error: string } {
  const called = call([text], (wasm, [length]) => wasm.parse(length, BUDGET));
  if ("failure" in called) return { error: called.failure };
  const [first, second] = called.texts;
  return called.code === 0 ? { kind: first ?? "", value: second ?? "" } : { error: first ?? "" };
}
