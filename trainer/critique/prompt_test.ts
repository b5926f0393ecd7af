import assert from "node:assert/strict";
import { critiqueMessages, verdictOf } from "./prompt.ts";

const sample = { question: "What is 2 + 2?", response: "It is 5.", gt: "4", score: 0 };

Deno.test("critique prompt: four headed sections, the last one empty", () => {
  const [system, user] = critiqueMessages({ ...sample, reference: "2 + 2 = 3 + 1 = 4." });
  assert.equal(system.role, "system");
  assert.equal(
    user.content,
    "## Question\nWhat is 2 + 2?\n\n## Student's solution\nIt is 5.\n\n" +
      "## Reference solution\n2 + 2 = 3 + 1 = 4.\n\n## Critique\n",
  );
});

Deno.test("critique prompt: without a worked solution the ground truth stands in", () => {
  assert.match(critiqueMessages(sample)[1].content, /## Reference solution\n4\n/);
});

Deno.test("critique verdict: the last one counts, in whatever dress", () => {
  assert.equal(verdictOf("Step 2 is wrong.\nVerdict: incorrect"), "incorrect");
  assert.equal(verdictOf("**Verdict:** Correct."), "correct");
  assert.equal(verdictOf("the verdict is wrong"), "incorrect");
  assert.equal(verdictOf("Verdict: correct\nNo, wait.\n`Verdict: incorrect`"), "incorrect");
  assert.equal(verdictOf("So be it.\n\nConclusion: right [END]"), "correct");
  assert.equal(verdictOf("Conclusion: wrong [END]"), "incorrect");
  assert.equal(verdictOf("The answer is correct"), null);
  assert.equal(verdictOf("Verdict: not sure"), null);
});
