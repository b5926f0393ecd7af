import assert from "node:assert/strict";
import { type DiffLine, lineDiff } from "./line_diff.ts";

/** `- a [b]`: a removed line whose word b changed. */
const shown = (lines: DiffLine[] | null) =>
  lines?.map(({ kind, parts }) =>
    ({ same: "  ", removed: "- ", added: "+ " })[kind] +
    parts.map(({ text, changed }) => changed ? `[${text}]` : text).join("")
  );

Deno.test("lines that stay, go and come; of a line that changed, its words", () => {
  assert.deepEqual(
    shown(lineDiff("def f(a, b):\n    return max(a, b)\n", "def f(a, b):\n    return min(a, b)")),
    ["  def f(a, b):", "-     return [max](a, b)", "+     return [min](a, b)"],
  );
  assert.deepEqual(shown(lineDiff("a\nb\nc", "a\nc\nd")), ["  a", "- b", "  c", "+ d"]);
  assert.deepEqual(shown(lineDiff("x = 1", "import sys\nprint(sys.argv)")), [
    "- x = 1",
    "+ import sys",
    "+ print(sys.argv)",
  ]);
});

Deno.test("line ends and trailing spaces are no difference; nothing is less than a line", () => {
  assert.deepEqual(shown(lineDiff("a  \r\nb\r\n\r\n", "a\nb")), ["  a", "  b"]);
  assert.deepEqual(shown(lineDiff("", "a")), ["+ a"]);
  assert.deepEqual(lineDiff("", " \n"), []);
});

Deno.test("programs that have nothing in common are given up in time", () => {
  const lines = (letter: string) => Array.from({ length: 9_000 }, (_, i) => letter + i).join("\n");
  const started = performance.now();
  assert.equal(lineDiff(lines("a"), lines("b")), null);
  assert.equal(lineDiff("x".repeat(1_000_000), "y".repeat(1_000_000)), null);
  assert.equal(shown(lineDiff("x".repeat(50_000), "y".repeat(50_000)))?.length, 2);
  assert.ok(performance.now() - started < 3000);
});
