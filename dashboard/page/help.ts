/// <reference lib="dom" />
/** The keys, in a dialog. */

import { h } from "./dom.ts";

const KEYS: [keys: string, what: string][] = [
  ["j  k", "next, previous: run, section, problem"],
  ["n  p", "next, previous step"],
  ["/", "find"],
  ["1  2  3  4", "curves, groups, settings, evaluation of a run"],
  ["c", "compare the chosen runs"],
  ["g", "all runs"],
  ["t", "light, dark, as the system"],
  ["Esc", "leave a field or this list"],
  ["?", "this list"],
];

/** The dialog, closed. */
export function helpDialog(): HTMLDialogElement {
  const close = h("button", { onclick: () => dialog.close() }, "Close");
  const dialog = h(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "Keys"),
    h(
      "dl",
      {},
      KEYS.map(([keys, what]) => [
        h("dt", {}, keys.split("  ").map((key) => h("kbd", {}, key))),
        h("dd", {}, what),
      ]),
    ),
    h("p", { class: "note" }, "In a chart: drag to look closer, double-click to see all."),
    close,
  );
  return dialog;
}
