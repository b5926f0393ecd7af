import assert from "node:assert/strict";
import type { ProblemRecord } from "../../run/formats.ts";
import { placesOf } from "./places.ts";

const record = (rows: unknown[], selected: boolean[]) =>
  ({ group: rows, refinements: selected.map((selected) => ({ selected })) }) as ProblemRecord;

Deno.test("who stands in a row, as written", () => {
  const rows = [{ refined: true, refinement: 2 }, { refined: false, refinement: null }, {
    refined: true,
    refinement: 0,
  }];
  assert.deepEqual(placesOf(record(rows, [true, false, true])), [{ refinement: 2 }, {}, {
    refinement: 0,
  }]);
});

Deno.test("where it was not written, one selected refinement is known and two are not", () => {
  assert.deepEqual(placesOf(record([{ refined: true }, { refined: false }], [false, true])), [{
    refinement: 1,
  }, {}]);
  assert.deepEqual(placesOf(record([{ refined: true }], [true, true])), [{ refinement: null }]);
});
