import assert from "node:assert/strict";
import type { Outcome, Outcomes } from "./outcomes.ts";
import { compare } from "./paired.ts";
import { comparisonTable } from "./comparison_table.ts";

/** Outcomes from a word a problem: digits are right answers of `count`. */
function outcomes(
  folder: string,
  right: Record<string, number>,
  count = 1,
  source = "s",
): Outcomes {
  const problems = new Map(
    Object.entries(right).map(([q, n]): [string, Outcome] => [q, { source, count, right: n }]),
  );
  return { folder, what: "test", problems };
}

/** Problems 0 … n−1, of which the given ones are right. */
const bits = (n: number, right: (i: number) => boolean) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`q${i}`, right(i) ? 1 : 0]));

Deno.test("compare, worked by hand: 12 against 18 of 30, 9 won, 3 lost", () => {
  const a = outcomes("a", bits(30, (i) => i < 12));
  const b = outcomes("b", bits(30, (i) => i >= 3 && i < 21));
  const { all, several, onlyFirst, onlySecond } = compare(a, b, 0);
  assert.deepEqual([all.n, all.won, all.lost], [30, 9, 3]);
  assert.equal(all.first, 0.4);
  assert.equal(all.second, 0.6);
  assert.ok(Math.abs(all.difference - 0.2) < 1e-12);
  // 2 · (1 + 12 + 66 + 220) / 4096
  assert.ok(Math.abs(all.p - 2 * 299 / 4096) < 1e-15);
  const [low, high] = all.interval;
  assert.ok(low < 0.2 && low > -0.1 && high > 0.2 && high < 0.5, String(all.interval));
  assert.deepEqual([several, onlyFirst, onlySecond], [false, 0, 0]);
});

Deno.test("compare: the interval of pairs is narrower than the two intervals apart", () => {
  // Both solve the same problems but for a few: what they share does not blur the difference.
  const a = outcomes("a", bits(200, (i) => i % 2 === 0));
  const b = outcomes("b", bits(200, (i) => i % 2 === 0 || i < 20));
  const { interval: [low, high], p } = compare(a, b, 0).all;
  assert.ok(low > 0 && high < 0.1, `${low} ${high}`);
  assert.ok(Math.abs(p - 2 / 1024) < 1e-15);
});

Deno.test("compare: only shared problems count, the others are told", () => {
  const a = outcomes("a", { x: 1, y: 0, z: 0 });
  const b = outcomes("b", { y: 1, z: 0, w: 1, v: 1 });
  const pairing = compare(a, b, 0);
  assert.deepEqual([pairing.all.n, pairing.all.won], [2, 1]);
  assert.deepEqual([pairing.onlyFirst, pairing.onlySecond], [1, 2]);
  const text = comparisonTable(a, b, pairing);
  assert.match(text, /Not compared: 1 problem\(s\) only in A, 2 only in B\./);
  assert.match(text, /^A {2}a \(test\)\nB {2}b \(test\)\n/);
  assert.match(text, /McNemar p\n.*\ns +2 +0\.0% +50\.0% +\+50\.0 .* 1 +0 +1\.000$/m);
});

Deno.test("compare: several answers a problem are compared by their means, and it says so", () => {
  const a = outcomes("a", { x: 2, y: 1, z: 4 }, 4), b = outcomes("b", { x: 1, y: 1, z: 0 });
  const pairing = compare(a, b, 0);
  assert.deepEqual([pairing.all.won, pairing.all.lost], [2, 1]);
  assert.ok(Math.abs(pairing.all.difference - (0.5 + 0.75 - 1) / 3) < 1e-12);
  assert.match(comparisonTable(a, b, pairing), /Problems have several answers.* sign test's/);
});

Deno.test("compare: nothing in common is an error that names what there is", () => {
  assert.throws(
    () => compare(outcomes("a", { x: 1 }), outcomes("b", { y: 1 }, 1, "t"), 0),
    { message: "a and b have no problem in common: the one has 1 of s, the other 1 of t" },
  );
});

Deno.test("compare: sources apart, and hostile names stay text", () => {
  const a = outcomes("a", { x: 1 }), b = outcomes("b", { x: 0, y: 1 });
  a.problems.set("y", { source: "\x1b[2Jevil\n0", count: 1, right: 0 });
  const pairing = compare(a, b, 0);
  assert.equal(Object.keys(pairing.sources).length, 2);
  const text = comparisonTable(a, b, pairing);
  assert.match(text, /^evil 0 +1 .*\nall +2 /m);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /\x1b/);
});
