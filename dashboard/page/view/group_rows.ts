/// <reference lib="dom" />
/** The rows of a group as bars: what was pushed up, and what down. */

import type { ProblemRecord } from "../../run/formats.ts";
import { h, svg } from "../dom.ts";
import { signed } from "../quantity.ts";
import type { Place } from "./places.ts";
import { kind } from "./verdict.ts";

/** The rows that were learned from: their verdicts, and how hard each was pushed up or down. */
export function groupRows(
  { group, rollouts, refinements }: ProblemRecord,
  places: readonly Place[],
): HTMLElement {
  const most = Math.max(1e-9, ...group.map((row) => Math.abs(row.advantage)));
  const flat = group.every((row) => row.reward === group[0].reward);
  return h(
    "div",
    {},
    h(
      "ol",
      { class: "rows" },
      group.map(({ advantage, refined, reward }, i) => {
        const { refinement } = places[i];
        const source = refinement === undefined
          ? rollouts[i]
          : refinement === null
          ? null
          : refinements[refinement];
        return h(
          "li",
          { class: refined ? "refined" : "" },
          h(
            "a",
            {
              href: "#",
              onclick: (event: Event) => {
                event.preventDefault();
                const of = refinement === undefined || refinement === null
                  ? i
                  : refinements[refinement].of;
                document.getElementById(`rollout-${of + 1}`)?.scrollIntoView({ block: "start" });
              },
              title: `row ${i + 1}: ${
                refined ? "refinement" : "rollout"
              }, reward ${reward}, advantage ${signed(advantage)}`,
            },
            bar(advantage, most),
            h(
              "span",
              { class: source ? kind(source.outcome) : reward > 0 ? "right" : "wrong" },
              refined ? "R" : String(i + 1),
            ),
            h("small", {}, signed(advantage)),
          ),
        );
      }),
    ),
    flat &&
      h(
        "p",
        { class: "note" },
        "All rows are worth the same: every advantage is zero, and nothing was learned here.",
      ),
  );
}

/** Up from the middle or down from it. */
function bar(advantage: number, most: number): SVGElement {
  const height = 26 * Math.abs(advantage) / most;
  return svg(
    "svg",
    { viewBox: "0 0 24 54", "aria-hidden": "true" },
    svg("line", { x1: 0, x2: 24, y1: 27, y2: 27 }),
    svg("rect", {
      class: advantage > 0 ? "up" : "down",
      x: 5,
      width: 14,
      height: height.toFixed(1),
      y: (advantage > 0 ? 27 - height : 27).toFixed(1),
    }),
  );
}
