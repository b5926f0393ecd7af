import assert from "node:assert/strict";
import fc from "fast-check";
import { passAtK } from "./pass_at_k.ts";

Deno.test("pass@k, worked by hand", () => {
  assert.equal(passAtK(4, 1, 1), 0.25);
  assert.equal(passAtK(4, 1, 2), 0.5); // 1 − C(3,2)/C(4,2) = 1 − 3/6
  assert.ok(Math.abs(passAtK(5, 2, 2) - 0.7) < 1e-15); // 1 − C(3,2)/C(5,2) = 1 − 3/10
  assert.equal(passAtK(4, 0, 3), 0);
  assert.equal(passAtK(4, 2, 3), 1, "three of four cannot miss both");
});

Deno.test("pass@k is the share of k-subsets that hold a right answer", () => {
  const subsets = (n: number, k: number): number[][] =>
    k === 0
      ? [[]]
      : Array.from({ length: n }, (_, last) => last).flatMap((last) =>
        subsets(last, k - 1).map((rest) => [...rest, last])
      );
  const sizes = fc.integer({ min: 1, max: 9 }).chain((n) =>
    fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 1, max: n }))
  );
  fc.assert(fc.property(sizes, ([n, c, k]) => {
    const all = subsets(n, k);
    const right = all.filter((subset) => subset.some((i) => i < c)).length;
    assert.ok(Math.abs(passAtK(n, c, k) - right / all.length) < 1e-12);
  }));
});

Deno.test("pass@k needs k answers", () => {
  assert.throws(() => passAtK(4, 1, 5), /Cannot estimate pass@5 from 4 answers with 1 right/);
});
