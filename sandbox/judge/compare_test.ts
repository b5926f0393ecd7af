import assert from "node:assert/strict";
import { difference } from "./compare.ts";

const SAME: [string, string][] = [
  ["1\n2\n", "1\n2"],
  ["  Yes \r\nNO", "yes\nno\n\n"],
  ["0.333333", "0.33333333"],
  ["1e3", "1000"],
  ["-0", "0"],
  ["100000", "100000.5"],
  [".5", "0.5"],
  ["", "\n"],
];
const DIFFERENT: [string, string, RegExp][] = [
  ["1 2", "1\n2", /1 line where 2 lines were expected/],
  ["1\n\n2", "1\n2", /3 lines where 2 lines were expected/],
  ["1.001", "1", /line 1: expected "1", got "1.001"/],
  ["a\nb", "a\nc", /line 2: expected "c", got "b"/],
  ["nan", "0", /line 1/],
  ["inf", "1e999", /line 1/],
  ["0x10", "16", /line 1/],
  ["1 2.0", "1 2", /line 1/],
  ["0.00001", "0", /line 1/],
  ["", "0", /line 1/],
  ["x".repeat(1000), "y", /…"$/],
];

Deno.test("outputs that are the same but for case, spaces and the last digits", () => {
  for (const [actual, expected] of SAME) assert.equal(difference(actual, expected), null, actual);
});

Deno.test("outputs that differ, and where", () => {
  for (const [actual, expected, why] of DIFFERENT) {
    assert.match(difference(actual, expected) ?? "same", why);
  }
});
