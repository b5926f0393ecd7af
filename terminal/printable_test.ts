import assert from "node:assert/strict";
import fc from "fast-check";
import { printable, printableLine } from "./printable.ts";

Deno.test("escape sequences vanish with all their parameters", () => {
  const hostile: [string, string][] = [
    ["\x1b[31mred\x1b[0m", "red"],
    ["a\x1b[2J\x1b[1;1Hb", "ab"],
    ["a\x1b]0;title\x07b", "ab"],
    ["a\x1b]52;c;cm0gLXJm\x1b\\b", "ab"],
    ["a\x1bPdevice\x1b\\b", "ab"],
    ["a\x9b31mb", "ab"],
    ["a\x9d0;title\x9cb", "ab"],
    ["50%\rdone", "50%done"],
    ["a\x08\x07\x00b\x7f", "ab"],
    ["user\u202etxt.exe\u2066", "usertxt.exe"],
    ["a\u2028b\u{e0041}", "ab"],
    ["lone \ud800 half", "lone  half"],
    ["zero\u200bwidth\u2060", "zerowidth"],
  ];
  for (const [text, expected] of hostile) assert.equal(printable(text), expected);
});

Deno.test("ordinary text of any language stays as it is", () => {
  for (const text of ["x² ≤ \\frac{1}{2}\n", "答案是 42", "مرحبا", "👩‍🚀 naïve", "C:\\path"]) {
    assert.equal(printable(text), text);
  }
  assert.equal(printable("a\tb\r\nc"), "a\tb\nc");
});

Deno.test("one line stays one line", () => {
  assert.equal(printableLine(" step 400/400\r\n\nreward 1.0 "), "step 400/400 reward 1.0");
});

Deno.test("nothing that a terminal obeys is left of any text", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.string({ unit: "binary", maxLength: 1 }),
      fc.constantFrom(
        "\x1b",
        "[",
        "]",
        "\x9b",
        "0;",
        "m",
        "\x07",
        "\r",
        "\u202e",
      ),
    ),
  });
  fc.assert(fc.property(text, (text) => {
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(printable(text), /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  }));
});
