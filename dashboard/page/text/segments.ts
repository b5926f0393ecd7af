/** An answer in parts: prose, mathematics, code. */

/** A part of an answer. */
export type Segment =
  | { kind: "text"; body: string }
  | { kind: "math"; body: string; display: boolean; source: string }
  | { kind: "code"; body: string; language: string };

const FENCE = /^```([\w+#-]*)[^\n]*\n([\s\S]*?)(?:^```[ \t]*$|$(?![\s\S]))/gm;

/**
 * Formulas stand between `$$`, `\[ \]`, `\( \)` or `$`; a bare `\boxed{…}` is one too, for models forget the dollars.
 * A single `$` counts only where it cannot be money: no space inside the dollars, no digit after the second.
 */
const MATH = new RegExp(
  [
    String.raw`\$\$([^]+?)\$\$`,
    String.raw`\\\[([^]+?)\\\]`,
    String.raw`\\\(([^]+?)\\\)`,
    String.raw`(?<![\\$])\$(?![\s$])((?:[^$\n\\]|\\[^\n])*?[^\s\\$]|\\.)\$(?!\d)`,
    String.raw`(\\boxed\s*\{(?!\s*\})(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})`,
  ].join("|"),
  "g",
);

/** The parts of a text, in order; together they are the whole of it. */
export function segments(text: string): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  for (const match of text.matchAll(FENCE)) {
    found.push(...formulas(text.slice(at, match.index)));
    found.push({ kind: "code", language: match[1].toLowerCase(), body: match[2] });
    at = match.index + match[0].length;
  }
  return [...found, ...formulas(text.slice(at))];
}

function formulas(text: string): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  for (const match of text.matchAll(MATH)) {
    if (match.index > at) found.push({ kind: "text", body: text.slice(at, match.index) });
    const [source, dollars, bracket, paren, dollar, boxed] = match;
    found.push({
      kind: "math",
      source,
      body: dollars ?? bracket ?? paren ?? dollar ?? boxed,
      display: (dollars ?? bracket) !== undefined,
    });
    at = match.index + source.length;
  }
  if (at < text.length) found.push({ kind: "text", body: text.slice(at) });
  return found;
}
