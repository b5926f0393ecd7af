import assert from "node:assert/strict";
import fc from "fast-check";
import { groupAdvantages, isZeroVariance } from "./advantage.ts";

function near(actual: number[], expected: number[], tolerance = 1e-12): void {
  assert.equal(actual.length, expected.length);
  for (const [i, a] of actual.entries()) {
    assert.ok(Math.abs(a - expected[i]) <= tolerance, `${actual} is not ${expected}`);
  }
}

Deno.test("advantage: reward minus the group's mean", () => {
  assert.deepEqual(groupAdvantages([1, 0, 0, 0]), [0.75, -0.25, -0.25, -0.25]);
  assert.deepEqual(groupAdvantages([1, 1, 0, -2], { normByStd: false }), [1, 1, 0, -2]);
});

Deno.test("advantage: divided by the sample standard deviation + 1e-6", () => {
  // mean 1/4; Σ(R − mean)² = 9/16 + 3/16 = 3/4; s = √(3/4 ÷ 3) = 1/2
  near(
    groupAdvantages([1, 0, 0, 0], { normByStd: true }),
    [0.75 / 0.500001, -0.25 / 0.500001, -0.25 / 0.500001, -0.25 / 0.500001],
  );
  // mean 3, deviations −2, 0, 2; s = √(8 ÷ 2) = 2
  near(groupAdvantages([1, 3, 5], { normByStd: true }), [-2 / 2.000001, 0, 2 / 2.000001]);
});

Deno.test("advantage: nothing to learn from equal rewards, roundings included", () => {
  for (const normByStd of [false, true]) {
    assert.deepEqual(groupAdvantages([0.1, 0.1, 0.1], { normByStd }), [0, 0, 0]);
    assert.deepEqual(groupAdvantages([5], { normByStd }), [0]);
    assert.deepEqual(groupAdvantages([], { normByStd }), []);
  }
  assert.equal(isZeroVariance([0.1, 0.1]), true);
  assert.equal(isZeroVariance([0, 1]), false);
});

Deno.test("advantage: law - they sum to 0, keep the order, and ignore a shift", () => {
  const reward = fc.double({ min: -10, max: 10, noNaN: true });
  const rewards = fc.array(reward, { minLength: 1, maxLength: 16 });
  fc.assert(fc.property(rewards, fc.integer({ min: -5, max: 5 }), (rewards, shift) => {
    const advantages = groupAdvantages(rewards);
    assert.ok(Math.abs(advantages.reduce((sum, a) => sum + a, 0)) < 1e-12 * rewards.length * 10);
    for (let i = 1; i < rewards.length; i++) {
      if (rewards[i] >= rewards[i - 1]) assert.ok(advantages[i] >= advantages[i - 1]);
    }
    near(groupAdvantages(rewards.map((r) => r + shift)), advantages, 1e-11);
  }));
});

Deno.test("advantage: law - normalised ones have a sample deviation of 1, short of the 1e-6", () => {
  const rewards = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 16 });
  fc.assert(fc.property(rewards, (rewards) => {
    const advantages = groupAdvantages(rewards, { normByStd: true });
    const square = advantages.reduce((sum, a) => sum + a * a, 0) / (advantages.length - 1);
    if (isZeroVariance(rewards)) assert.equal(square, 0);
    else assert.ok(square < 1 && square > 0.9999, `${square}`);
  }));
});
