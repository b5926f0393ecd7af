import assert from "node:assert/strict";
import fc from "fast-check";
import { segments } from "./segments.ts";

const short = (text: string) =>
  segments(text).map((part) =>
    part.kind === "math"
      ? `${part.display ? "D" : "I"}:${part.body}`
      : part.kind === "code"
      ? `C(${part.language}):${part.body}`
      : part.body
  );

Deno.test("formulas by all their delimiters", () => {
  assert.deepEqual(short("a $x^2$ b"), ["a ", "I:x^2", " b"]);
  assert.deepEqual(short("$$x\ny$$\\[z\\]\\(w\\)"), ["D:x\ny", "D:z", "I:w"]);
  assert.deepEqual(short("so \\boxed{\\frac{1}{2}}."), ["so ", "I:\\boxed{\\frac{1}{2}}", "."]);
  assert.deepEqual(short("within $\\boxed{3}$"), ["within ", "I:\\boxed{3}"]);
});

Deno.test("money, escapes and an empty box are prose", () => {
  for (
    const text of ["$5 and $6", "costs \\$5 or \\$6", "a $ b $ c", "\\boxed{}", "\\boxed{1", "$$"]
  ) {
    assert.deepEqual(short(text), [text]);
  }
});

Deno.test("code between fences, closed or not, is searched for no formula", () => {
  assert.deepEqual(short("see\n```python\nx = '$a$'\n```\nend"), [
    "see\n",
    "C(python):x = '$a$'\n",
    "\nend",
  ]);
  assert.deepEqual(short("```\n$a$"), ["C():$a$"]);
});

Deno.test("nothing of a text is lost, and none takes long", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("$", "\\", "(", "[", "{", "}", "x", " ", "\n", "boxed") }),
      (text) => {
        const whole = segments(text).map((part) => part.kind === "math" ? part.source : part.body)
          .join("");
        assert.equal(whole, text);
      },
    ),
  );
  const started = performance.now();
  for (const piece of ["$", "\\(", "\\boxed{", "{", "$x", "```\n", "$$x", "\\[x\n"]) {
    segments(piece.repeat(40_000 / piece.length));
  }
  assert.ok(performance.now() - started < 3000);
});
