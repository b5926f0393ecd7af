import assert from "node:assert/strict";
import fc from "fast-check";
import { barLine, pace } from "./bar_line.ts";

const half = { name: "generate", value: 64, from: 0, total: 128, unit: "answers", seconds: 1.6 };

Deno.test("a bar says how far, how fast and how long, in the width there is", () => {
  assert.equal(
    barLine(half, 80),
    "generate ███████████████░░░░░░░░░░░░░░░ 64/128 answers 40/s 1.6s left",
  );
  assert.equal(barLine(half, 50), "generate █████░░░░░░ 64/128 answers 40/s 1.6s left");
  assert.equal(barLine(half, 39), "generate ████░░░░ 64/128 40/s 1.6s left");
  assert.equal(barLine(half, 34), "generate ████░░░░ 64/128 1.6s left");
  assert.equal(barLine(half, 24), "generate ████░░░░ 64/128");
  assert.equal(barLine(half, 12), "64/128 gener");
});

Deno.test("before the first unit nothing is promised; a slow pace is told the other way round", () => {
  const bar = (more: Partial<typeof half>): string => barLine({ ...half, ...more }, 70);
  assert.match(bar({ value: 0 }), /░ 0\/128 answers$/);
  assert.match(bar({ value: 4, seconds: 100 }), / 4\/128 answers 25\.0s each 51m 40s left$/);
  assert.match(bar({ value: 128 }), /^generate █+ 128\/128 answers 80\/s 0\.0s left$/);
  assert.match(bar({ value: 0, total: 0 }), /^generate █+ 0\/0 answers$/);
});

Deno.test("units done before a resume do not count for the rate", () => {
  const resumed = { ...half, from: 60, value: 64, total: 100, seconds: 8 };
  assert.deepEqual(pace(resumed), { rate: 0.5, left: 72 });
});

Deno.test("a bar never passes the width", () => {
  const nat = fc.nat({ max: 10_000_000 });
  fc.assert(
    fc.property(nat, nat, nat, fc.integer({ min: 1, max: 200 }), (value, total, seconds, width) => {
      assert.ok(barLine({ ...half, value, total, seconds }, width).length <= width);
    }),
  );
});
