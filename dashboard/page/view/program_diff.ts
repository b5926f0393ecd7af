/// <reference lib="dom" />
/** A revision beside the program that it revises. */

import { h } from "../dom.ts";
import { type DiffLine, lineDiff } from "../text/line_diff.ts";
import { visible } from "../text/visible.ts";
import { programText } from "./program_text.ts";

/** Lines that both have, around those that differ; the rest is left out. */
const AROUND = 4;

const SIGNS = { same: " ", removed: "−", added: "+" };
const SPOKEN = { same: "", removed: "removed: ", added: "added: " };

/** What changed, line by line; the revision alone where they cannot be compared. */
export function programDiff(before: string, after: string): HTMLElement {
  const lines = lineDiff(before, after);
  if (!lines) {
    return h(
      "div",
      {},
      h("p", { class: "note" }, "Too different to be compared line by line:"),
      programText(after),
    );
  }
  if (lines.every(({ kind }) => kind === "same")) {
    return h("p", { class: "note" }, "The program is unchanged.");
  }
  return h(
    "pre",
    { class: "code diff", tabindex: 0, "aria-label": "What the revision changed" },
    hunks(lines).map((line) =>
      typeof line === "number"
        ? h("span", { class: "skipped" }, `… ${line} lines are the same\n`)
        : h(
          "span",
          { class: line.kind },
          line.kind !== "same" && h("span", { class: "unseen" }, SPOKEN[line.kind]),
          h("i", { "aria-hidden": "true" }, SIGNS[line.kind]),
          line.parts.map(({ text, changed }) =>
            changed ? h("b", {}, visible(text)) : visible(text)
          ),
          "\n",
        )
    ),
  );
}

/** The lines that differ and those around them; a number stands for so many that were left out. */
function hunks(lines: readonly DiffLine[]): (DiffLine | number)[] {
  const near = new Set<number>();
  lines.forEach(({ kind }, i) => {
    if (kind === "same") return;
    for (let k = i - AROUND; k <= i + AROUND; k++) near.add(k);
  });
  const shown: (DiffLine | number)[] = [];
  for (let i = 0; i < lines.length; i++) {
    const start = i;
    while (i < lines.length && !near.has(i)) i++;
    // One line is no longer than the words that would stand for it.
    if (i - start === 1) shown.push(lines[start]);
    else if (i > start) shown.push(i - start);
    if (i < lines.length) shown.push(lines[i]);
  }
  return shown;
}
