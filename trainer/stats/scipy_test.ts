/** Against what SciPy says: tests/fixtures/scipy_statistics.py. */

import assert from "node:assert/strict";
import { bootstrapInterval } from "./bootstrap.ts";
import { mcnemarExact } from "./mcnemar.ts";
import { passAtK } from "./pass_at_k.ts";

const fixture = JSON.parse(
  Deno.readTextFileSync(new URL("../../tests/fixtures/statistics.json", import.meta.url)),
);

function near(actual: number, expected: number, relative: number): void {
  const error = Math.abs(actual - expected);
  assert.ok(error <= relative * Math.abs(expected), `${actual} instead of ${expected}`);
}

Deno.test("McNemar's p is SciPy's exact binomial p", () => {
  for (const { won, lost, p } of fixture.mcnemar) near(mcnemarExact(won, lost), p, 1e-10);
});

Deno.test("pass@k is that of exact binomial coefficients", () => {
  for (const { n, c, k, value } of fixture.pass_at_k) {
    assert.ok(Math.abs(passAtK(n, c, k) - value) < 1e-12, `${n} ${c} ${k}`);
  }
});

Deno.test("bootstrap intervals are SciPy's, but for the draws", () => {
  for (const { values, interval } of fixture.bootstrap) {
    const clusters = values.map((sum: number) => ({ sum, count: 1 }));
    const ours = bootstrapInterval(clusters, { seed: 1 });
    // The ends lie on a grid of 1/(8n) or coarser: one step, plus the draws' own noise.
    const width = interval[1] - interval[0];
    for (const i of [0, 1]) assert.ok(Math.abs(ours[i] - interval[i]) < 0.05 * width, `${ours}`);
  }
});

Deno.test("problems with several answers are drawn as one, as NumPy draws them", () => {
  const { sums, counts, interval } = fixture.clusters;
  const clusters = sums.map((sum: number, i: number) => ({ sum, count: counts[i] }));
  const ours = bootstrapInterval(clusters, { seed: 1 });
  const width = interval[1] - interval[0];
  for (const i of [0, 1]) assert.ok(Math.abs(ours[i] - interval[i]) < 0.05 * width, `${ours}`);
});
