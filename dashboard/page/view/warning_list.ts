/// <reference lib="dom" />
/** What a person should know about a run, with what to try. */

import type { MetricsLine } from "../../run/formats.ts";
import { warnings } from "../../rules/warnings.ts";
import { h, replace } from "../dom.ts";

/** A list that follows the metrics. */
export class WarningList {
  /** The list. */
  readonly element: HTMLElement = h("section", { class: "warnings", "aria-label": "Warnings" });
  #shown = "";

  /** Looks at all metrics. */
  update(metrics: readonly MetricsLine[]): void {
    const found = warnings(metrics), now = JSON.stringify(found);
    if (now === this.#shown) return;
    this.#shown = now;
    replace(
      this.element,
      found.map(({ level, headline, seen, tries, metric }, i) =>
        h(
          "details",
          { class: `warning ${level}`, open: i === 0 && level === "severe" },
          h("summary", {}, h("b", {}, headline), h("span", {}, seen)),
          h("p", {}, "What to try, the likeliest first (", h("code", {}, metric), "):"),
          h("ol", {}, tries.map((text) => h("li", {}, text))),
        )
      ),
    );
  }
}
