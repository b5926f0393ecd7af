import assert from "node:assert/strict";
import { CritiqueRewardFunction, isCorrect } from "./reward.ts";

/** To within a few roundings: 1·0.9 + 1·0.1 need not be exactly 1. */
function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
}

Deno.test("reward: accuracy 0.9, format 0.1, and a threshold of one half", () => {
  const reward = new CritiqueRewardFunction();
  const of = (solution: string) => reward.score({ solution, groundTruth: "42" });

  const both = of("<think>6 · 7</think>\\boxed{42}");
  near(both.score, 1);
  assert.equal(both.reward, 1);

  const accurate = of("So \\boxed{42}.");
  near(accurate.score, 0.9);
  assert.deepEqual([accurate.reward, accurate.accuracy, accurate.format], [1, 1, 0]);
  assert.equal(accurate.outcome, "equal");

  const formed = of("<think>6 · 7</think>\\boxed{41}");
  near(formed.score, 0.1);
  assert.deepEqual([formed.reward, formed.accuracy, formed.format], [0, 0, 1]);
  assert.equal(formed.outcome, "different");
  assert.equal(formed.extracted, "41");
});

Deno.test("reward: a bare gold answer is compared, not passed (Math-Verify 0.9 gave every answer 1)", () => {
  const score = new CritiqueRewardFunction().score({ solution: "\\boxed{41}", groundTruth: "42" });
  assert.equal(score.score, 0);
  assert.equal(score.reward, 0);
});

Deno.test("reward: equal as mathematics, or as text", () => {
  const sample = { solution: "\\boxed{0.5}", groundTruth: "\\frac{1}{2}" };
  assert.equal(new CritiqueRewardFunction().score(sample).accuracy, 1);
  const textual = new CritiqueRewardFunction({ useMathVerify: false });
  assert.equal(textual.score(sample).outcome, "different");
  assert.equal(
    textual.score({ solution: "\\boxed{ x + 1 }", groundTruth: "x + 1 " }).outcome,
    "equal",
  );
  assert.equal(textual.score({ solution: "no box", groundTruth: "x" }).outcome, "unparsable");
  assert.equal(textual.score({ solution: "\\boxed{4}", groundTruth: "\\boxed{4}" }).reward, 1);
});

Deno.test("reward: a response without an answer is worth nothing and says so", () => {
  for (const solution of ["", "Let us think again. ".repeat(100)]) {
    const score = new CritiqueRewardFunction().score({ solution, groundTruth: "42" });
    assert.equal(score.reward, 0);
    assert.equal(score.outcome, "unparsable");
    assert.notEqual(score.reason, "");
  }
});

Deno.test("reward: an unparsable ground truth is an error, never a reward", () => {
  for (const useMathVerify of [true, false]) {
    const reward = new CritiqueRewardFunction({ useMathVerify });
    for (const solution of ["\\boxed{42}", "nothing at all", ""]) {
      assert.throws(
        () => reward.score({ solution, groundTruth: "  " }),
        /Cannot score against the ground truth " {2}": .*empty/,
      );
    }
  }
});

Deno.test("reward: other rewards and weights", () => {
  const signed = new CritiqueRewardFunction({ correctReward: 2, incorrectReward: -1 });
  assert.equal(signed.score({ solution: "\\boxed{4}", groundTruth: "4" }).reward, 2);
  assert.equal(signed.score({ solution: "\\boxed{5}", groundTruth: "4" }).reward, -1);
  const plain = new CritiqueRewardFunction({ formatWeight: 0 });
  assert.equal(plain.score({ solution: "\\boxed{4}", groundTruth: "4" }).score, 1);
  for (const formatWeight of [-0.1, 1.1, NaN]) {
    assert.throws(() => new CritiqueRewardFunction({ formatWeight }), RangeError);
  }
});

Deno.test("reward: correct means above zero", () => {
  assert.deepEqual([1, 0.1, 0, -1].map(isCorrect), [true, true, false, false]);
});

Deno.test("reward: a ground truth must parse where it is compared as mathematics", () => {
  const reward = new CritiqueRewardFunction();
  assert.deepEqual([reward.checkGold("42"), reward.checkGold("}{")], [
    null,
    "its braces do not match",
  ]);
  assert.equal(new CritiqueRewardFunction({ useMathVerify: false }).checkGold("}{"), null);
});
