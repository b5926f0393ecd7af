/**
 * Text that a model, a program or a server wrote, or that came with a dataset, is hostile in a terminal: an escape
 * sequence can clear the screen, forge lines, rename the window or write the clipboard. All of it that is printed goes
 * through here.
 */

import { stripVTControlCharacters } from "node:util";

/**
 * C0 and C1 controls but tab and newline, marks that reorder text (bidi, "Trojan Source", CVE-2021-42574), line
 * separators, characters without width (but the joiners, which emoji and some scripts need), tags and unpaired
 * surrogates.
 */
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** Strings that a terminal takes as commands up to their end: OSC, DCS, SOS, PM, APC, with both their forms. */
const COMMAND_STRINGS =
  // deno-lint-ignore no-control-regex
  /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)/g;

/** The text without anything but visible characters, spaces, tabs and newlines. */
export function printable(text: string): string {
  return stripVTControlCharacters(text.replace(COMMAND_STRINGS, ""))
    .replaceAll("\r\n", "\n").replace(UNPRINTABLE, "");
}

/** {@linkcode printable} text on one line: newlines become spaces, so that no line can be forged. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, " ").trim();
}
