import assert from "node:assert/strict";
import fc from "fast-check";
import { plot } from "./plot.ts";

const lines = (...rows: string[]): string => rows.join("\n");

Deno.test("two curves, their axes and their names", () => {
  assert.equal(
    plot([
      { name: "Critique-GRPO", points: [[0, 0.1], [200, 0.7], [400, 0.9]] },
      { name: "GRPO", points: [[0, 0.1], [400, 0.3]] },
    ], { columns: 46, rows: 12 }),
    lines(
      "1.00 ┤",
      "     │                               ●●●●●●●●●",
      "0.75 ┤                    ●●●●●●●●●●●",
      "     │                ●●●●",
      "0.50 ┤           ●●●●●",
      "     │       ●●●●",
      "0.25 ┤   ●●●●           ○○○○○○○○○○○○○○○○○○○○○○",
      "     │●●●○○○○○○○○○○○○○○○",
      "0.00 ┤",
      "     └────────────────────────────────────────",
      "      0                                    400",
      "      ● Critique-GRPO   ○ GRPO",
    ),
  );
});

Deno.test("a narrow plot: ends labelled, names below each other, a lone point seen", () => {
  assert.equal(
    plot([
      { name: "val", points: [[17, 1]] },
      { name: "critique \x1b[31mgrpo", points: [[10, 0], [20, 0.5], [30, NaN]] },
    ], { columns: 24, rows: 7 }),
    lines(
      "1.00 ┤            ●",
      "     │",
      "     │      ○○○○○○○○○○○○",
      "0.00 ┤○○○○○○",
      "     └──────────────────",
      "      10              20",
      "      ● val",
      "      ○ critique grpo",
    ),
  );
});

Deno.test("nothing to plot, and one step only", () => {
  assert.equal(plot([]), "(nothing to plot)");
  assert.equal(plot([{ name: "val", points: [[1, NaN]] }]), "(nothing to plot)");
  assert.match(plot([{ name: "val", points: [[5, 0.5]] }], { columns: 20, rows: 6 }), /│●/);
});

Deno.test("a plot keeps to its width, and out-of-range values to its axes", () => {
  const point = fc.tuple(fc.nat(10_000), fc.double({ min: -2, max: 3, noNaN: true }));
  const points = fc.array(point).map((p) => p.sort((a, b) => a[0] - b[0]));
  fc.assert(fc.property(
    fc.array(fc.record({ name: fc.string(), points }), { maxLength: 5 }),
    fc.integer({ min: 20, max: 120 }),
    fc.integer({ min: 6, max: 30 }),
    (series, columns, rows) => {
      const text = plot(series, { columns, rows }).split("\n");
      assert.ok(text.every((line) => line.length <= columns));
      assert.ok(text.length <= rows + 4);
    },
  ));
});
