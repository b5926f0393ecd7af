import assert from "node:assert/strict";
import fc from "fast-check";
import { microBatches, tokenBatch, type TokenRow } from "./token_batch.ts";

Deno.test("rows are padded on the right; each counted token stands before where it is read", () => {
  const batch = tokenBatch([
    { prompt: [10, 11], response: [20, 21, 22] },
    { prompt: [12], response: [23] },
    { prompt: [13, 14, 15], response: [24] },
  ]);
  assert.equal(batch.rows, 3);
  assert.equal(batch.width, 4); // the last token of a row is never read
  assert.deepEqual([...batch.ids].map(Number), [
    ...[10, 11, 20, 21],
    ...[12, 0, 0, 0],
    ...[13, 14, 15, 0],
  ]);
  assert.deepEqual([...batch.positions].map(Number), [1, 2, 3, 4, 10]);
  assert.deepEqual([...batch.targets].map(Number), [20, 21, 22, 23, 24]);
});

Deno.test("the shortest row there is", () => {
  const batch = tokenBatch([{ prompt: [7], response: [8] }]);
  assert.deepEqual([batch.rows, batch.width], [1, 1]);
  assert.deepEqual([batch.ids[0], batch.positions[0], batch.targets[0]], [7n, 0n, 8n]);
});

Deno.test("a row without a response counts nothing and disturbs no other", () => {
  const batch = tokenBatch([
    { prompt: [1, 2, 3], response: [] },
    { prompt: [4], response: [5] },
    { prompt: [6, 7], response: [] },
  ]);
  assert.equal(batch.width, 2);
  assert.deepEqual([...batch.ids].map(Number), [1, 2, 4, 0, 6, 7]);
  assert.deepEqual([...batch.positions], [2n]);
  assert.deepEqual([...batch.targets], [5n]);
});

Deno.test("an empty prompt is told: its first token would be predicted from nothing", () => {
  const good: TokenRow = { prompt: [1], response: [2] };
  assert.throws(() => tokenBatch([good, { prompt: [], response: [1] }]), {
    message: "Row 1 has an empty prompt",
  });
});

const rows = fc.array(
  fc.record({
    prompt: fc.array(fc.nat(99), { minLength: 1, maxLength: 12 }),
    response: fc.array(fc.nat(99), { maxLength: 12 }),
  }),
  { maxLength: 20 },
);

Deno.test("every counted token: its target, and all of its row that comes before it", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const { ids, positions, targets, width } = tokenBatch(list);
      let k = 0;
      list.forEach(({ prompt, response }, row) => {
        response.forEach((token, i) => {
          assert.equal(Number(targets[k]), token);
          const column = Number(positions[k]) - row * width;
          assert.ok(column >= 0 && column < width);
          const seen = [...ids.subarray(row * width, row * width + column + 1)].map(Number);
          assert.deepEqual(seen, [...prompt, ...response.slice(0, i)]);
          k++;
        });
      });
      assert.equal(k, targets.length);
      assert.equal(new Set(positions).size, k, "no position counts twice");
    }),
    { numRuns: 100, seed: 1 },
  );
});

Deno.test("micro-batches hold every row once and keep the budget, padding included", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 100 }), (list, budget) => {
      const batches = microBatches(list, budget);
      assert.deepEqual(batches.flat().sort((a, b) => a - b), list.map((_, i) => i));
      for (const batch of batches) {
        assert.ok(batch.length > 0);
        const members = batch.map((i) => list[i]);
        const { ids } = tokenBatch(members);
        assert.ok(batch.length === 1 || ids.length <= budget, `${ids.length} of ${budget}`);
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});

Deno.test("rows of like length go together, longest first, equal ones in their order", () => {
  const row = (length: number): TokenRow => ({ prompt: [1], response: Array(length - 1).fill(2) });
  assert.deepEqual(microBatches([3, 9, 3, 10, 30].map(row), 20), [[4], [3, 1], [0, 2]]);
  assert.deepEqual(microBatches([], 20), []);
});
