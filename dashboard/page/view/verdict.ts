/// <reference lib="dom" />
/** Verdicts as marks and words: a colour never stands alone. */

import { h } from "../dom.ts";

const MARKS: Record<string, [mark: string, word: string, kind: string]> = {
  equal: ["✓", "right", "right"],
  different: ["✗", "wrong", "wrong"],
  unparsable: ["?", "unparsable", "unread"],
  gave_up: ["…", "gave up", "unread"],
  // Of programs.
  passed: ["✓", "passes", "right"],
  failed: ["✗", "fails", "wrong"],
  timed_out: ["…", "out of time", "unread"],
  no_program: ["?", "no program", "unread"],
};

/** A verdict in a word. */
export function word(outcome: string): string {
  return MARKS[outcome]?.[1] ?? outcome;
}

/** What a verdict is coloured as: `right`, `wrong` or `unread`. */
export function kind(outcome: string): string {
  return MARKS[outcome]?.[2] ?? "unread";
}

/** Verdicts as a row of marks, read aloud as a count. */
export function marks(outcomes: readonly string[]): HTMLElement {
  return h(
    "span",
    { class: "marks", role: "img", "aria-label": count(outcomes) },
    outcomes.map((outcome) => h("i", { class: kind(outcome) }, MARKS[outcome]?.[0] ?? "·")),
  );
}

/** `3 right, 5 wrong`. */
export function count(outcomes: readonly string[]): string {
  return [...Map.groupBy(outcomes, word)].map(([name, some]) => `${some.length} ${name}`).join(
    ", ",
  );
}
