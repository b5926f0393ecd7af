/// <reference lib="dom" />
/** A program in its colours. */

import { h } from "../dom.ts";
import { code } from "../text/rich_text.ts";
import { visible } from "../text/visible.ts";

/** Characters that are coloured; a program that is longer is shown as it begins. */
const COLOURED = 20_000;

/** The program, or a word that there is none. */
export function programText(program: string): HTMLElement {
  const text = program.trimEnd();
  if (text === "") return h("p", { class: "note" }, "There is no program.");
  if (text.length <= COLOURED) return code(text, "python");
  const pre = h("pre", { class: "code", tabindex: 0 }, visible(text.slice(0, COLOURED)), "…\n");
  const all = `Show all ${text.length.toLocaleString("en")} characters`;
  pre.append(h("button", { onclick: () => pre.replaceChildren(visible(text)) }, all));
  return pre;
}
