import assert from "node:assert/strict";
import fc from "fast-check";
import { type ScoredRefinement, selectRefinements } from "./select.ts";

const of = (tokens: number[], reward: number, score = reward): ScoredRefinement => ({
  tokens,
  reward,
  score,
});

Deno.test("select: the first correct refinement, whatever its score", () => {
  const candidates = [of([1], 0, 0.1), of([2], 1, 0.9), of([3], 1, 1)];
  assert.deepEqual(selectRefinements(candidates, 1), [1]);
});

Deno.test("select: else the best-scored, the first on ties", () => {
  assert.deepEqual(selectRefinements([of([1], 0, 0), of([2], 0, 0.1), of([3], 0, 0.1)], 1), [1]);
  assert.deepEqual(selectRefinements([of([1], 0, 0), of([2], 0, 0)], 1), [0]);
});

Deno.test("select: several are different ones, best first", () => {
  const candidates = [of([1], 0, 0.1), of([7, 8], 1), of([7, 8], 1), of([7], 1), of([2], 0, 0.2)];
  assert.deepEqual(selectRefinements(candidates, 2), [1, 3]);
  assert.deepEqual(selectRefinements(candidates, 9), [1, 3, 4, 0]);
});

Deno.test("select: token sequences, not their spelling, are compared", () => {
  assert.deepEqual(selectRefinements([of([1, 23], 1), of([12, 3], 1)], 2), [0, 1]);
});

Deno.test("select: none wanted, or none there", () => {
  assert.deepEqual(selectRefinements([of([1], 1)], 0), []);
  assert.deepEqual(selectRefinements([], 1), []);
});

Deno.test("select: n_prefix=-1 is refused", () => {
  for (const nPrefix of [-1, 0.5, NaN, Infinity]) {
    assert.throws(() => selectRefinements([], nPrefix), /n_prefix/);
  }
});

Deno.test("select: law - as many as there are different ones, none worse than one left out", () => {
  const candidate = fc.record({
    tokens: fc.array(fc.nat(2), { minLength: 1, maxLength: 3 }),
    reward: fc.constantFrom(0, 1),
    score: fc.constantFrom(0, 0.1, 0.9),
  });
  fc.assert(fc.property(fc.array(candidate, { maxLength: 10 }), fc.nat(5), (candidates, k) => {
    const selected = selectRefinements(candidates, k);
    const keys = (indices: Iterable<number>) =>
      new Set([...indices].map((i) => candidates[i].tokens.join()));
    assert.equal(selected.length, Math.min(k, keys(candidates.keys()).size));
    assert.equal(keys(selected).size, selected.length);
    const worth = (i: number) => candidates[i].reward > 0 ? 2 : candidates[i].score;
    for (let j = 1; j < selected.length; j++) {
      assert.ok(worth(selected[j - 1]) >= worth(selected[j]));
    }
    const taken = keys(selected);
    for (const i of candidates.keys()) {
      if (selected.length === 0 || taken.has(candidates[i].tokens.join())) continue;
      assert.ok(worth(i) <= worth(selected.at(-1)!));
    }
  }));
});
