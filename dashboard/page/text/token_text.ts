/// <reference lib="dom" />
/** A text with a shade behind every token. */

import { h } from "../dom.ts";
import { visible } from "./visible.ts";

/** Tokens that get a shade of their own; more would make the page slow. */
export const SHADED = 4000;

/** Shades from none to the strongest: their least values. */
export const SHADES = [0.9, 0.7, 0.5, 0.3, 0.1, 0.03, 0];

/** Of a number in [0, 1], 0 (near 1) to 6 (near 0). */
export function shade(value: number): number {
  const found = SHADES.findIndex((least) => value >= least);
  return found < 0 ? SHADES.length - 1 : found;
}

/**
 * @param lengths characters by token
 * @param label a token's number in words; its shade
 */
export function tokenText(
  text: string,
  lengths: readonly number[],
  label: (token: number) => { title: string; shade: number },
): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let at = 0;
  for (const [token, length] of lengths.slice(0, SHADED).entries()) {
    const { title, shade } = label(token);
    const spelled = text.slice(at, at += length);
    // The end token spells nothing, and is worth seeing.
    const shown = length > 0 ? visible(spelled) : token === lengths.length - 1 ? "⏹" : "";
    if (shown) parts.push(h("span", { class: `t t${shade}`, title }, shown));
  }
  if (at < text.length) parts.push(visible(text.slice(at)));
  return parts;
}
