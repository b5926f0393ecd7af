import assert from "node:assert/strict";
import { verify } from "../../verifier-wasm/mod.ts";
import { majorityIsRight, type Vote } from "./majority.ts";

/** Votes of responses with these boxes, against a gold answer. */
const votes = (gold: string, ...answers: string[]): Vote[] =>
  answers.map((answer) => verify(gold, answer && `so \\boxed{${answer}}`));

Deno.test("equal answers are one candidate, however they are written", () => {
  assert.equal(majorityIsRight(votes("1/2", "0.5", "3", "\\frac{1}{2}", "3", "1/2")), true);
  assert.equal(majorityIsRight(votes("1/2", "3", "0.5", "3.0", "7")), false);
});

Deno.test("a tie goes to the answer that came first", () => {
  assert.equal(majorityIsRight(votes("4", "4", "5")), true);
  assert.equal(majorityIsRight(votes("4", "5", "4")), false);
});

Deno.test("a response without an answer votes for nothing", () => {
  const none: Vote = verify("4", "I do not know it");
  assert.equal(majorityIsRight([none, none, ...votes("4", "4")]), true);
  assert.equal(majorityIsRight([none, none]), false);
});
