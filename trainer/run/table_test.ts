import assert from "node:assert/strict";
import { heldOutTable, table } from "./table.ts";

const lines = (...rows: string[]): string => rows.join("\n");

Deno.test("names to the left, numbers to the right, hostile names made harmless", () => {
  assert.equal(
    table([["source", "n"], ["math\x1b[2J\n500", "500"], ["aime", "30"]]),
    lines(
      "source      n",
      "────────  ───",
      "math 500  500",
      "aime       30",
    ),
  );
  assert.equal(table([["a", "b"]]), "a  b\n─  ─");
});

Deno.test("held-out results by level, and all of them weighted by n", () => {
  const rows = [
    { name: "level 1", n: 120, before: 0.35, after: 0.83 },
    { name: "level 2", n: 60, before: 0.02, after: 0.01 },
  ];
  assert.equal(
    heldOutTable(rows),
    lines(
      "held-out pass@1    n  before  after  change",
      "───────────────  ───  ──────  ─────  ──────",
      "level 1          120   35.0%  83.0%   +48.0",
      "level 2           60    2.0%   1.0%    -1.0",
      "all              180   24.0%  55.7%   +31.7",
    ),
  );
  assert.ok(heldOutTable(rows, 40).split("\n").every((line) => line.length <= 40));
});

Deno.test("one kind needs no sum; what was not measured is a dash", () => {
  assert.equal(
    heldOutTable([{ name: "arithmetic", n: 0, before: NaN, after: NaN }], 34),
    lines(
      "held-ou…  n  before  after  change",
      "────────  ─  ──────  ─────  ──────",
      "arithme…  0       -      -       -",
    ),
  );
});
