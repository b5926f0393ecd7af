/** Taking a program out of a model's answer. */

/** A piece of code in an answer. */
export interface Extracted {
  /** The code, without its fence. */
  code: string;
  /** How it was found; `empty` where the answer has none. */
  type: "fenced" | "incomplete_fenced" | "heuristic" | "empty";
}

/** What a fence may call a language of the sandbox. */
const FENCE_NAMES: Record<string, readonly string[]> = {
  python: ["python", "python3", "py", "py3"],
  pytest: ["python", "python3", "py", "pytest"],
  cpp: ["cpp", "c++", "cc", "cxx"],
  c: ["c"],
  javascript: ["javascript", "js", "nodejs", "node"],
  typescript: ["typescript", "ts"],
  bash: ["bash", "sh", "shell"],
  go: ["go", "golang"],
  java: ["java"],
  rust: ["rust", "rs"],
};

/** A line with which code of a language begins, where an answer has no fence. */
const FIRST_LINE: Record<string, RegExp> = {
  python:
    /^(from \S+ import |import |def |class |async def |@|if __name__|[A-Za-z_][\w, ]* = |print\()/,
  cpp: /^(#include|using |int main|template|struct |class )/,
  c: /^(#include|int main|typedef |struct )/,
  javascript: /^(import |export |function |const |let |var |class |async |console\.)/,
  typescript: /^(import |export |function |const |let |interface |type |class |async |console\.)/,
  bash: /^(#!|set -|echo |for |while |if |read |[A-Za-z_]\w*=)/,
  go: /^package /,
  java: /^(import |package |public |class |interface )/,
  rust: /^(use |fn |struct |impl |enum |#!?\[|pub )/,
};

/**
 * The program in an answer: the first fenced block of its language, else the first fenced block, else a fence that
 * is never closed, else everything from the first line that looks like code.
 *
 * @param language a language of the sandbox
 */
export function extractCode(answer: string, language: string): Extracted {
  const blocks = fencedBlocks(answer);
  const names = FENCE_NAMES[language] ?? [language];
  const closed = blocks.filter((block) => block.closed);
  const chosen = closed.find((block) => names.includes(block.name)) ?? closed[0];
  if (chosen) return { code: chosen.code, type: "fenced" };
  if (blocks.length > 0) return { code: blocks[0].code, type: "incomplete_fenced" };

  const first = FIRST_LINE[language === "pytest" ? "python" : language];
  const rows = answer.split("\n");
  const start = first ? rows.findIndex((row) => first.test(row)) : -1;
  if (start < 0) return { code: "", type: "empty" };
  return { code: rows.slice(start).join("\n").trimEnd() + "\n", type: "heuristic" };
}

/** A block between fences. */
export interface FencedBlock {
  /** The language that the fence names, in lower case; empty where it names none. */
  name: string;
  /** What stands between. */
  code: string;
  /** Whether there is a closing fence. */
  closed: boolean;
}

/** The blocks of a Markdown text; a closing fence is at least as long as its opening one. */
export function fencedBlocks(text: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { fence: string; indent: string; name: string; rows: string[] } | null = null;
  for (const row of text.split(/\r?\n/)) {
    const mark = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*$/.exec(row);
    if (!open) {
      if (mark) open = { indent: mark[1], fence: mark[2], name: mark[3].toLowerCase(), rows: [] };
    } else if (mark && mark[2].startsWith(open.fence) && mark[3] === "") {
      blocks.push(block(open, true));
      open = null;
    } else {
      // A block inside a list is indented as its fence is.
      open.rows.push(row.startsWith(open.indent) ? row.slice(open.indent.length) : row);
    }
  }
  if (open) blocks.push(block(open, false));
  return blocks;
}

function block(open: { name: string; rows: string[] }, closed: boolean): FencedBlock {
  return { name: open.name, code: open.rows.map((row) => row + "\n").join(""), closed };
}
