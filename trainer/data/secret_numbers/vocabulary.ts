/**
 * The vocabulary of the secret numbers: every token is a literal piece of text, and every fixed part of a prompt is
 * one token, so that a prompt costs a tiny model no more than what varies in it.
 *
 * Question, chain and answer take four tokens a symbol (`#` `/` `7` `, ` and `#` ` = ` `3` `, ` and `3` `/` `7` `, `),
 * so what belongs together is as far apart for the first symbol as for the last; and numbers above and below the line
 * are the same tokens, so one circuit copies both. A model of two layers then learns the form in some 200 steps.
 *
 * One piece may begin another only among the numbers (1 and 12), and two numbers never stand side by side. So text
 * and tokens map onto each other one to one, and what the model wrote comes back from its text token by token.
 */

import { REFINE_CRITIQUE, REFINE_PREVIOUS, REFINE_REQUEST } from "../../refine/prompt.ts";
import { BOXED_INSTRUCTION } from "../chat.ts";

/** Each stands for a number that only a run's critiques tell. */
export const SECRET_SYMBOLS: readonly string[] = [..."#@&~^!?<>%*|"];

/** Each stands for a number that the warm-up teaches, the same in every run. */
export const KNOWN_SYMBOLS: readonly string[] = [..."abcdefghijkl"];

/** What a symbol may be divided by. */
export const DIVISORS: readonly number[] = [2, 3, 4, 5, 6, 7, 8, 9];

/** The numbers that a symbol may stand for are 1..12. */
export const LARGEST_NUMBER = 12;

/** Fills up batches; id 0. */
export const PAD = "<|pad|>";
/** Ends a completion. */
export const END = "<|end|>";
/** Opens the user's turn. */
export const USER = "<|user|>";
/** Opens the model's turn. */
export const ASSISTANT = "<|assistant|>";
/** Stands for text of another world. */
export const UNKNOWN = "<|unknown|>";

/** The tokens that the chat template sets. Their ids come first, in this order. */
export const SPECIAL_TOKENS: readonly string[] = [PAD, END, USER, ASSISTANT, UNKNOWN];

/** The fixed parts of the recipe's critiques; a test holds them against what the critic writes. */
const CRITIQUE_PARTS = [
  "The generated solution is correct, the ground truth is ",
  "The generated solution is incorrect, the ground truth is ",
  "The generated solution is correct.",
  "The generated solution is incorrect.",
];

/** The tokens that spell text, longer ones before those that begin them. Their ids follow the special tokens'. */
export const TEXT_TOKENS: readonly string[] = [
  "Compute (",
  ").",
  ", ",
  "(",
  "/",
  " = ",
  ". \\boxed{(",
  ")}",
  BOXED_INSTRUCTION,
  REFINE_PREVIOUS,
  REFINE_CRITIQUE,
  REFINE_REQUEST,
  ...CRITIQUE_PARTS,
  ...Array.from({ length: 2 * LARGEST_NUMBER }, (_, i) => String(2 * LARGEST_NUMBER - i)),
  ...SECRET_SYMBOLS,
  ...KNOWN_SYMBOLS,
];
