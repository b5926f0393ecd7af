/// <reference lib="dom" />
/** What stands above each sheet of a run: its name, how it stands, and the way to the other sheets. */

import type { RunDigest } from "../../run/formats.ts";
import { h, replace } from "../dom.ts";
import { hashOf, type Route, type Tab } from "../route.ts";
import { heldOut } from "./held_out.ts";
import { stateText } from "./overview.ts";

const TABS: [Tab, string][] = [
  ["curves", "Curves"],
  ["groups", "Groups"],
  ["config", "Settings"],
  ["evaluation", "Evaluation"],
];

/** The head of a run's sheets. */
export class RunFrame {
  /** The head. */
  readonly element: HTMLElement;
  #facts = h("p", { class: "facts" });
  readonly #evaluation: HTMLElement;

  /** @param route of the sheet that it stands above */
  constructor({ run, tab }: Route) {
    const tabs = TABS.map(([name, text]) =>
      h("a", { href: hashOf({ run, tab: name }), "aria-current": name === tab && "page" }, text)
    );
    // Few runs have one.
    this.#evaluation = tabs.at(-1)!;
    this.#evaluation.hidden = tab !== "evaluation";
    this.element = h(
      "div",
      { class: "frame" },
      h("div", {}, h("h1", {}, run), this.#facts),
      h(
        "nav",
        { class: "tabs", "aria-label": "Sheets" },
        tabs,
      ),
    );
  }

  /** Takes news. */
  update(run: RunDigest): void {
    const { method, seed, step, total, evaluated } = run;
    if (evaluated) this.#evaluation.hidden = false;
    const held = heldOut(run);
    replace(
      this.#facts,
      [
        held && [
          `held-out ${held.name} ${held.before === null ? "" : `${held.before} → `}`,
          h("b", {}, held.after),
        ],
        method,
        seed === null ? null : `seed ${seed}`,
        method === "ctrl:eval" ? null : `step ${step}${total === null ? "" : ` of ${total}`}`,
      ].filter((fact) => fact).map((fact) => h("span", {}, fact)),
      stateText(run),
    );
  }
}
