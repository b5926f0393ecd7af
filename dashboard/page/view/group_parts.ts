/// <reference lib="dom" />
/** What groups of both methods are made of. */

import { h } from "../dom.ts";
import type { Settings } from "../../run/settings.ts";
import { SHADES } from "../text/token_text.ts";
import { TEXT_MODES, type TextMode } from "./text_mode.ts";

/** How a group is shown. */
export interface GroupOptions {
  /** Of the run. */
  settings: Settings;
  /** How answers are shown. */
  mode: TextMode;
  /** Chooses another mode. */
  setMode(mode: TextMode): void;
  /** The address of the list. */
  back: string;
}

/** The way back to the list, where there is no room for both. */
export function backLink({ back }: GroupOptions): HTMLElement {
  return h("a", { class: "back", href: back }, "‹ all problems of this step");
}

/**
 * The group's heading, and the choice of how its texts are shown.
 *
 * @param what the texts are called
 */
export function groupBar(
  title: string,
  what: string,
  modes: readonly TextMode[],
  { mode, setMode }: GroupOptions,
): HTMLElement {
  const select = h(
    "select",
    {
      "aria-label": `How ${what} are shown`,
      onchange: () => setMode(select.value as TextMode),
    },
    modes.map((value) => h("option", { value, selected: value === mode }, TEXT_MODES[value])),
  );
  return h(
    "div",
    { class: "toolbar" },
    h("h2", {}, title),
    h("label", {}, `show ${what} `, select),
    scale(mode),
  );
}

function scale(mode: TextMode): HTMLElement | null {
  if (mode !== "logprob" && mode !== "weight") return null;
  return h(
    "span",
    { class: "scale" },
    mode === "logprob" ? "p " : "f(π) of refinements in the group ",
    SHADES.map((least, i) =>
      h("span", { class: `t t${i}` }, i === SHADES.length - 1 ? `<${SHADES[i - 1]}` : `≥${least}`)
    ),
  );
}
