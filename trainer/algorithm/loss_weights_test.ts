import assert from "node:assert/strict";
import fc from "fast-check";
import { type LossRow, lossWeights, type OffPolicyWeight } from "./loss_weights.ts";

/** A group by its rows' lengths; negative ones are refined. */
const group = (group: number, ...lengths: number[]): LossRow[] =>
  lengths.map((length) => ({ length: Math.abs(length), refined: length < 0, group }));

const weights = (rows: LossRow[], offPolicyWeight: OffPolicyWeight, lossRemoveTokenMean = true) =>
  lossWeights(rows, { lossRemoveTokenMean, maxResponseLength: 10, offPolicyWeight });

function near(actual: number[], expected: number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [i, a] of actual.entries()) {
    assert.ok(Math.abs(a - expected[i]) < 1e-15, `${actual} is not ${expected}`);
  }
}

Deno.test("loss weights: without token mean, 1/(R·T_max), whatever the lengths", () => {
  // 4 rows, T_max 10
  near(weights(group(0, 3, 7, 10, -5), "row"), [1 / 40, 1 / 40, 1 / 40, 1 / 40]);
});

Deno.test("loss weights: with token mean, one over all response tokens", () => {
  // 3 + 7 + 10 + 5 = 25
  near(weights(group(0, 3, 7, 10, -5), "row", false), [1 / 25, 1 / 25, 1 / 25, 1 / 25]);
});

Deno.test("loss weights: paper's is 7 at 7 : 1, on-policy rows as published", () => {
  const rows = group(0, 4, 4, 4, -4, 4, 4, 4, 4);
  near(weights(rows, "paper"), [1, 1, 1, 7, 1, 1, 1, 1].map((w) => w / 80));
  near(weights(rows, "paper", false), [1, 1, 1, 7, 1, 1, 1, 1].map((w) => w / 32));
});

Deno.test("loss weights: paper's is that of each group, by the refinements that it has", () => {
  // 2 : 2 weighs 1, 3 : 1 weighs 3, none and all weigh as published; 16 rows
  const rows = [
    ...group(5, 1, 1, -1, -1),
    ...group(9, -1, 1, 1, 1),
    ...group(2, 1, 1, 1, 1),
    ...group(3, -1, -1, -1, -1),
  ];
  near(
    weights(rows, "paper"),
    [1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1].map((w) => w / 160),
  );
  // 6 : 2 weighs 3
  near(weights(group(0, 1, 1, 1, 1, 1, 1, -1, -1), "paper").slice(5), [1 / 80, 3 / 80, 3 / 80]);
});

Deno.test("loss weights: a number is that many times an on-policy row", () => {
  near(weights(group(0, 1, -1), 20), [1 / 20, 20 / 20]);
  near(weights(group(0, 1, -1), 0), [1 / 20, 0]);
  for (const weight of [-1, NaN, Infinity]) {
    assert.throws(() => weights(group(0, 1), weight), /off_policy_weight/);
  }
});

Deno.test("loss weights: the loss by hand", () => {
  // two rollouts with token losses (1, 2) and (3), a refinement with (4, 5): R = 3, T_max = 10, N = 5
  const rows = group(0, 2, 1, -2), sums = [3, 3, 9];
  const loss = (weight: OffPolicyWeight, remove: boolean) =>
    weights(rows, weight, remove).reduce((sum, w, i) => sum + w * sums[i], 0);
  near([loss("row", true)], [(3 / 10 + 3 / 10 + 9 / 10) / 3]);
  near([loss("row", false)], [15 / 5]);
  near([loss("paper", true)], [(3 + 3 + 2 * 9) / 30]);
  near([loss(0.5, false)], [(3 + 3 + 4.5) / 5]);
});

Deno.test("loss weights: empty mini-batches and empty responses do no harm", () => {
  assert.deepEqual(weights([], "paper"), []);
  for (const remove of [true, false]) {
    assert.ok(weights(group(0, 0, 0), "paper", remove).every(Number.isFinite));
  }
});

Deno.test("loss weights: law - paper is separate averages, scaled by (n−k)/n", () => {
  const member = fc.record({ loss: fc.integer({ min: -9, max: 9 }), refined: fc.boolean() });
  fc.assert(fc.property(fc.array(member, { minLength: 2, maxLength: 9 }), (members) => {
    const on = members.filter((m) => !m.refined), off = members.filter((m) => m.refined);
    fc.pre(on.length > 0 && off.length > 0);
    const rows = members.map(({ refined }) => ({ length: 1, refined, group: 0 }));
    const loss = weights(rows, "paper").reduce((sum, w, i) => sum + w * members[i].loss, 0);
    const mean = (some: typeof members) => some.reduce((sum, m) => sum + m.loss, 0) / some.length;
    const paper = mean(on) + mean(off);
    assert.ok(Math.abs(loss * 10 - paper * on.length / members.length) < 1e-12);
  }));
});

Deno.test("loss weights: law - on-policy rows keep their published weight", () => {
  const row = fc.record({ length: fc.nat(10), refined: fc.boolean(), group: fc.nat(2) });
  const rows = fc.array(row, { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(rows, fc.boolean(), (rows, remove) => {
    const published = weights(rows, "row", remove);
    for (const weight of ["paper", 3] as const) {
      for (const [i, w] of weights(rows, weight, remove).entries()) {
        if (!rows[i].refined) assert.equal(w, published[i]);
      }
    }
  }));
});
