import assert from "node:assert/strict";
import fc from "fast-check";
import { refinementBudget } from "./budget.ts";

Deno.test("budget: whole, just whole, cut, one token, dropped", () => {
  const bounds = { contextLength: 100, maxRefinementLength: 30 };
  assert.deepEqual(refinementBudget([20, 70, 71, 99, 100, 140], bounds), {
    maxTokens: [30, 30, 29, 1, 0, 0],
    dropped: 2,
    cut: 2,
  });
  assert.deepEqual(refinementBudget([], bounds), { maxTokens: [], dropped: 0, cut: 0 });
});

Deno.test("budget: law - prompt and refinement fit, and every shortfall is counted", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 60 })),
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 50 }),
    (lengths, contextLength, maxRefinementLength) => {
      const budget = refinementBudget(lengths, { contextLength, maxRefinementLength });
      for (const [i, tokens] of budget.maxTokens.entries()) {
        assert.ok(tokens === 0 || lengths[i] + tokens <= contextLength);
      }
      const whole = budget.maxTokens.filter((tokens) => tokens === maxRefinementLength).length;
      assert.equal(whole + budget.cut + budget.dropped, lengths.length);
    },
  ));
});
