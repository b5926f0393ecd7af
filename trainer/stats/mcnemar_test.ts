import assert from "node:assert/strict";
import { mcnemarExact } from "./mcnemar.ts";

Deno.test("McNemar's exact p, worked by hand", () => {
  assert.equal(mcnemarExact(0, 0), 1, "nothing says that they differ");
  assert.equal(mcnemarExact(1, 0), 1);
  assert.ok(Math.abs(mcnemarExact(5, 0) - 2 / 32) < 1e-15);
  assert.ok(Math.abs(mcnemarExact(2, 6) - 2 * (1 + 8 + 28) / 256) < 1e-15);
  assert.equal(mcnemarExact(3, 3), 1, "never above 1");
  assert.equal(mcnemarExact(9, 2), mcnemarExact(2, 9));
});

Deno.test("McNemar's p of thousands of problems is neither 0 nor NaN", () => {
  const p = mcnemarExact(1500, 1300);
  assert.ok(p > 1e-5 && p < 1e-3, String(p));
});
