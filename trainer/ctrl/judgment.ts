/** The critic's verdict, out of its critique. */

/** What a critique calls a solution. */
export type Judgment = "Correct" | "Incorrect";

/**
 * Markdown and brackets around the label or the word, as models like to add them, change nothing;
 * a copy of the format, `Correct or Incorrect`, is no judgment.
 */
const LABEL = /overall judge?ment[\s*_]*:[\s*_({[<`"'“]*(correct|incorrect)\b(?!\s*(?:\/|or\b))/gi;

/**
 * The judgment of a critique: its last `Overall judgment: Correct` or `Incorrect`; null where it has none, for which
 * RL pays nothing.
 */
export function judgmentOf(critique: string): Judgment | null {
  const last = [...critique.matchAll(LABEL)].at(-1)?.[1].toLowerCase();
  return last === undefined ? null : last === "correct" ? "Correct" : "Incorrect";
}

/**
 * The judgment of several critiques: what more of them say. Those without a judgment do not vote; a tie is Incorrect, as
 * in the published code, which takes more than half for Correct; null where none votes.
 */
export function majority(judgments: readonly (Judgment | null)[]): Judgment | null {
  const votes = judgments.filter((judgment) => judgment !== null);
  if (votes.length === 0) return null;
  const correct = votes.filter((judgment) => judgment === "Correct").length;
  return 2 * correct > votes.length ? "Correct" : "Incorrect";
}
