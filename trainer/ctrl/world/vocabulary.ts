/** The vocabulary of the micro-world: words, and every fixed part of a prompt as one token. */

import { criticMessages, revisionMessages } from "../prompts.ts";
import { FENCE, FUNCTION_NAMES, NUMBERS, PHRASES, SLOTS, TIMES } from "./program.ts";

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

/** The tokens that the chat templates set. Their ids come first, in this order. */
export const SPECIAL_TOKENS: readonly string[] = [PAD, END, USER, ASSISTANT, UNKNOWN];

/** The critique's headings. */
export const SUGGESTIONS = "Improvement suggestions:";
const HEADINGS = ["Analysis:", SUGGESTIONS, "Overall judgment:"];

/** The tokens that are found in a text before it is cut at its spaces; longer ones first. */
export const PHRASE_TOKENS: readonly string[] = [
  ...new Set([...promptParts(), ...FENCE, ...HEADINGS]),
].sort((a, b) => b.length - a.length);

/** The words between spaces. */
export const WORDS: readonly string[] = [
  ...new Set([
    ..."Return the of and plus minus a b ( ) , . * + - = none Correct Incorrect".split(" "),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(String),
    ...NUMBERS,
    ...TIMES,
    ...FUNCTION_NAMES,
    ...Object.values(PHRASES).flat(),
    ...SLOTS,
  ]),
];

/** All tokens by id. */
export const TOKENS: readonly string[] = [...SPECIAL_TOKENS, ...PHRASE_TOKENS, ...WORDS];

/** What of the prompts stays the same from problem to problem. */
function promptParts(): string[] {
  const mark = "\u0001";
  const messages = [
    ...criticMessages(mark, mark),
    ...revisionMessages(mark, mark, mark),
  ];
  // With the line breaks at their ends: where a program's fence follows, they are not part of it.
  return messages.flatMap(({ content }) => content.split(mark))
    .filter((part) => part.trim() !== "");
}
