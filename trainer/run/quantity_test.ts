import assert from "node:assert/strict";
import { compact, duration, percent } from "./quantity.ts";

Deno.test("durations", () => {
  const cases: [number, string][] = [
    [0, "0.0s"],
    [3.44, "3.4s"],
    [59.94, "59.9s"],
    [59.96, "1m 00s"],
    [66, "1m 06s"],
    [3599.6, "1h 00m"],
    [7530, "2h 05m"],
    [360000, "100h 00m"],
    [Infinity, "?"],
    [NaN, "?"],
  ];
  for (const [seconds, expected] of cases) assert.equal(duration(seconds), expected);
});

Deno.test("counts and rates", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [0.421, "0.42"],
    [7.53, "7.5"],
    [143, "143"],
    [143.2, "143"],
    [999.6, "1.0k"],
    [1234, "1.2k"],
    [9960, "10k"],
    [35_000, "35k"],
    [2_100_000, "2.1M"],
    [3e9, "3.0G"],
    [NaN, "?"],
  ];
  for (const [value, expected] of cases) assert.equal(compact(value), expected);
});

Deno.test("shares", () => {
  assert.deepEqual([0, 0.3125, 1, null, NaN].map(percent), ["0.0%", "31.3%", "100.0%", "-", "-"]);
});
