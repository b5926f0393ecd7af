/// <reference lib="dom" />
/** The problems of a step, a line each. */

import type { ProblemDigest } from "../../run/formats.ts";
import { h } from "../dom.ts";
import { visible } from "../text/visible.ts";
import { marks, word } from "./verdict.ts";

/** The problems that fit the words, or a sentence that none does. */
export function problemList(
  digests: readonly ProblemDigest[],
  { find, chosen, link }: {
    find: string;
    chosen: number | null;
    link: (problem: number) => string;
  },
): HTMLElement[] {
  const words = find.toLowerCase();
  const items = digests.flatMap((digest, i) => {
    const { id, source, question, outcomes, refined, flat } = digest;
    const text = `${id} ${source} ${question} ${outcomes.map(word).join(" ")} ${
      flat ? "flat" : ""
    }`;
    if (!text.toLowerCase().includes(words)) return [];
    return [h(
      "li",
      {},
      h(
        "a",
        { href: link(i), "data-problem": i, "aria-current": i === chosen && "true" },
        h("span", { class: "question", dir: "auto" }, visible(question)),
        h(
          "span",
          { class: "tally" },
          marks(outcomes),
          refined.length > 0 && h("span", { class: "then" }, "→ ", marks(refined)),
          flat && h("em", { title: "All rows are worth the same: nothing was learned" }, "flat"),
        ),
      ),
    )];
  });
  return items.length > 0 ? items : [h("li", { class: "empty" }, `No problem matches “${find}”.`)];
}
