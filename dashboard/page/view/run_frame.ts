/// <reference lib="dom" />
/** What stands above each sheet of a run: its name, how it stands, and the way to the other sheets. */

import type { RunDigest } from "../../run/formats.ts";
import { h, replace } from "../dom.ts";
import { percent } from "../quantity.ts";
import { hashOf, type Route, type Tab } from "../route.ts";
import { stateText } from "./overview.ts";

const TABS: [Tab, string][] = [["curves", "Curves"], ["groups", "Groups"], ["config", "Settings"]];

/** The head of a run's sheets. */
export class RunFrame {
  /** The head. */
  readonly element: HTMLElement;
  #facts = h("p", { class: "facts" });

  /** @param route of the sheet that it stands above */
  constructor({ run, tab }: Route) {
    this.element = h(
      "div",
      { class: "frame" },
      h("div", {}, h("h1", {}, run), this.#facts),
      h(
        "nav",
        { class: "tabs", "aria-label": "Sheets" },
        TABS.map(([name, text]) =>
          h("a", { href: hashOf({ run, tab: name }), "aria-current": name === tab && "page" }, text)
        ),
      ),
    );
  }

  /** Takes news. */
  update(run: RunDigest): void {
    const { method, seed, step, total, passAt1 } = run;
    const before = passAt1.length > 1 && passAt1[0][0] === 0 ? passAt1[0][1] : undefined;
    const after = passAt1.at(-1);
    replace(
      this.#facts,
      [
        method,
        seed === null ? null : `seed ${seed}`,
        `step ${step}${total === null ? "" : ` of ${total}`}`,
        after &&
        `held-out pass@1 ${before === undefined ? "" : `${percent(before)} → `}${
          percent(after[1])
        }`,
      ].filter((fact) => fact).map((fact) => h("span", {}, fact)),
      stateText(run),
    );
  }
}
