/**
 * What programs and servers say is hostile in a terminal: an escape sequence can clear the screen, forge lines or
 * write the clipboard. Everything of theirs that is printed goes through here.
 */

import { stripVTControlCharacters } from "node:util";

/** Controls but tab and newline, marks that reorder or hide text, unpaired surrogates. */
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** The text without anything but visible characters, spaces, tabs and newlines. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r\n", "\n").replace(UNPRINTABLE, "");
}

/** {@linkcode printable} text on one line, so that no line can be forged. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, " ").trim();
}
