import assert from "node:assert/strict";
import { bootstrapInterval, type Cluster, clusterMean } from "./bootstrap.ts";

const coins = (right: number, n: number): Cluster[] =>
  Array.from({ length: n }, (_, i) => ({ sum: i < right ? 1 : 0, count: 1 }));

Deno.test("the interval of 12 right ones of 30 is the binomial's own", () => {
  // Resampled counts are binomial(30, 0.4): their 2.5th and 97.5th percentiles are 7 and 17.
  assert.deepEqual(bootstrapInterval(coins(12, 30), { seed: 0 }), [7 / 30, 17 / 30]);
});

Deno.test("the same seed gives the same interval, another one nearly", () => {
  const values = Array.from({ length: 200 }, (_, i) => ({ sum: i % 7, count: 8 }));
  const first = bootstrapInterval(values, { seed: 3 });
  assert.deepEqual(bootstrapInterval(values, { seed: 3 }), first);
  const second = bootstrapInterval(values, { seed: 4 });
  assert.notDeepEqual(second, first);
  for (const i of [0, 1]) assert.ok(Math.abs(first[i] - second[i]) < 0.005);
});

Deno.test("copies of a problem do not make the interval narrower", () => {
  const once = coins(12, 30).map(({ sum }) => ({ sum, count: 1 }));
  const eightfold = coins(12, 30).map(({ sum }) => ({ sum: 8 * sum, count: 8 }));
  assert.equal(clusterMean(eightfold), clusterMean(once));
  assert.deepEqual(
    bootstrapInterval(eightfold, { seed: 0 }),
    bootstrapInterval(once, { seed: 0 }),
  );
});

Deno.test("a single problem has no spread, and none at all is an error", () => {
  assert.deepEqual(bootstrapInterval([{ sum: 3, count: 4 }], { seed: 0 }), [0.75, 0.75]);
  assert.throws(() => bootstrapInterval([], { seed: 0 }), RangeError);
});
