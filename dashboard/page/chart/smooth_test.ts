import assert from "node:assert/strict";
import type { MetricsLine } from "../../run/formats.ts";
import { columns } from "./columns.ts";
import { smooth } from "./smooth.ts";

Deno.test("a smoothed curve starts at its first value; gaps stay gaps", () => {
  assert.deepEqual(smooth([4, 4, null, 4], 0.9), [4, 4, null, 4]);
  // (0.5·0.5·1 + 0.5·3) / (0.25 + 0.5)
  const [first, second] = smooth([1, 3], 0.5) as number[];
  assert.equal(first, 1);
  assert.ok(Math.abs(second - 7 / 3) < 1e-12);
  assert.deepEqual(smooth([1, 3], 0), [1, 3]);
});

Deno.test("runs of different steps share one axis", () => {
  const runs: MetricsLine[][] = [[{ step: 0, a: 1 }, { step: 2, a: null }, { step: 3, a: 5 }], [{
    step: 1,
    a: 2,
  }, {
    step: 3,
    b: 1,
  }]];
  assert.deepEqual(columns(runs, "a"), {
    steps: [0, 1, 3],
    values: [[1, null, 5], [null, 2, null]],
  });
});
