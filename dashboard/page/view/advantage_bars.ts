/// <reference lib="dom" />
/** The rows of a group as bars: what was pushed up, and what down. */

import { h, svg } from "../dom.ts";
import { signed } from "../quantity.ts";

/** A row of a group. */
export interface BarRow {
  /** What it is called under its bar. */
  label: string;
  /** How the label is coloured; see `verdict.ts`. */
  kind: string;
  /** What it is, in words. */
  title: string;
  /** How hard it was pushed up or down. */
  advantage: number;
  /** What it was worth. */
  reward: number;
  /** Whether it took another's place. */
  refined: boolean;
  /** The element that shows it whole. */
  target: string;
}

/** The bars; a sentence too where nothing was learned. */
export function advantageBars(rows: readonly BarRow[]): HTMLElement {
  const most = Math.max(1e-9, ...rows.map((row) => Math.abs(row.advantage)));
  const flat = rows.every((row) => row.reward === rows[0].reward);
  return h(
    "div",
    {},
    h(
      "ol",
      { class: "rows" },
      rows.map(({ label, kind, title, advantage, refined, target }) =>
        h(
          "li",
          { class: refined ? "refined" : "" },
          h(
            "a",
            {
              href: "#",
              onclick: (event: Event) => {
                event.preventDefault();
                document.getElementById(target)?.scrollIntoView({ block: "start" });
              },
              title,
            },
            bar(advantage, most),
            h("span", { class: kind }, label),
            h("small", {}, signed(advantage)),
          ),
        )
      ),
    ),
    flat && h(
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
