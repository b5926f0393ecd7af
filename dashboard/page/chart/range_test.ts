import assert from "node:assert/strict";
import { range } from "./range.ts";
import { smooth } from "./smooth.ts";

Deno.test("shares keep to [0, 1]; all else fits its numbers, and never goes below zero for nothing", () => {
  assert.deepEqual(range(0.2, 0.3, "ctrl/passed"), [0, 1.02]);
  assert.deepEqual(range(0.2, 0.3, "val-ctrl/turn2/pass@1"), [0, 1.02]);
  assert.deepEqual(range(0, 100, "response_length/mean"), [0, 106]);
  assert.deepEqual(range(-50, 50, "actor/pg_loss"), [-56, 56]);
  assert.deepEqual(range(null, null, "actor/pg_loss"), [0, 1]);
  assert.deepEqual(range(0, 0, "actor/pg_loss"), [0, 0.06]);
});

Deno.test("a constant has room around it, smoothed or not", () => {
  const smoothed = smooth(new Array(20).fill(40.1), 0.6) as number[];
  const low = Math.min(...smoothed), high = Math.max(...smoothed);
  assert.ok(high > low, "smoothing leaves the last digit as it was: then this tests nothing");
  const [from, to] = range(low, high, "response_length/mean");
  assert.ok(to - from > 1);
});
