import assert from "node:assert/strict";
import { generateCritique, RuleCritic } from "./critique.ts";

const wrong = { question: "What is 2 + 2?", response: "2 + 2 = 5", gt: "4", score: 0 };
const right = { ...wrong, response: "2 + 2 = 4", score: 1 };

Deno.test("critique: the four strings, to the letter", () => {
  const text = (sample: typeof wrong, critiqueType: "simple" | "simple_gt") =>
    generateCritique(sample, { critiqueType }).critique;
  assert.equal(text(right, "simple"), "The generated solution is correct.");
  assert.equal(text(wrong, "simple"), "The generated solution is incorrect.");
  assert.equal(
    text(right, "simple_gt"),
    "The generated solution is correct, the ground truth is 4.",
  );
  assert.equal(
    text(wrong, "simple_gt"),
    "The generated solution is incorrect, the ground truth is 4.",
  );
});

Deno.test("critique: simple_gt is the default; correct means a score above 0", () => {
  assert.deepEqual(generateCritique(wrong), {
    critique: "The generated solution is incorrect, the ground truth is 4.",
    type: "simple_gt",
    origin: "rule",
  });
  assert.match(generateCritique({ ...wrong, score: 0.1 }).critique, /is correct/);
  assert.match(generateCritique({ ...wrong, score: -1 }).critique, /is incorrect/);
});

Deno.test("critique: no rule writes a critique of type text", () => {
  const options = { critiqueType: "text" as "simple" };
  assert.throws(() => generateCritique(wrong, options), /type text: .*Use ModelCritic/);
});

Deno.test("critique: the rule critic says what the function says", async () => {
  assert.deepEqual(await new RuleCritic().critique(wrong), generateCritique(wrong));
  assert.equal(
    (await new RuleCritic("simple").critique(wrong)).critique,
    "The generated solution is incorrect.",
  );
});
