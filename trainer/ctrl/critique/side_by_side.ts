/** Two texts beside each other where the terminal is wide enough, else one below the other. */

import { printable } from "../../../terminal/printable.ts";

/** A text under a heading. */
export interface Pane {
  /** One line. */
  title: string;
  /** Any text; it may quote a model. */
  text: string;
}

/** Narrower columns break most lines of a program. */
const LEAST_COLUMN = 48;
const GAP = " │ ";

/** The panes, no line wider than `columns`. */
export function sideBySide(left: Pane, right: Pane, columns: number): string {
  const width = Math.floor((columns - GAP.length) / 2);
  if (width < LEAST_COLUMN) {
    return [left, right].map((pane) => paneLines(pane, columns).join("\n")).join("\n\n");
  }
  const a = paneLines(left, width), b = paneLines(right, width);
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const line = a[i] ?? "";
    return `${line}${" ".repeat(width - widthOf(line))}${GAP}${b[i] ?? ""}`.trimEnd();
  }).join("\n");
}

function paneLines({ title, text }: Pane, width: number): string[] {
  const lines = printable(text).replaceAll("\t", "    ").trim().split("\n");
  return [title, "─".repeat(width), ...lines.flatMap((line) => wrap(line, width))];
}

/** A line in pieces; broken at spaces where it has any, its indent kept on what follows. */
function wrap(line: string, width: number): string[] {
  const indent = /^ */.exec(line)![0].slice(0, width >> 1);
  const pieces: string[] = [];
  let rest = [...line.trimEnd()];
  while (widthOf(rest.join("")) > width) {
    let end = 0, used = 0;
    while (used + widthOf(rest[end]) <= width) used += widthOf(rest[end++]);
    const space = rest.lastIndexOf(" ", end);
    if (space > indent.length) end = space;
    pieces.push(rest.slice(0, end).join("").trimEnd());
    rest = [...indent, ...rest.slice(end).join("").trimStart()];
  }
  return [...pieces, rest.join("")];
}

/** Columns of a text: East Asian characters and most emoji take two, marks on others none. */
function widthOf(text: string): number {
  const marks = text.match(/\p{M}/gu)?.length ?? 0;
  const wide = text.match(WIDE)?.length ?? 0;
  return [...text].length - marks + wide;
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60\p{Emoji_Presentation}]/gu;
