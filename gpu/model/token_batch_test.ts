import assert from "node:assert/strict";
import fc from "fast-check";
import { seen } from "./testing/seen.ts";
import { tokenBatch, type TokenRow } from "./token_batch.ts";

const numbers = (values: Iterable<bigint>) => [...values].map(Number);

Deno.test("rows are padded on the right; each counted token stands before where it is read", () => {
  const batch = tokenBatch([
    { prompt: [10, 11], response: [20, 21, 22] },
    { prompt: [12], response: [23] },
    { prompt: [13, 14, 15], response: [24] },
  ]);
  const { prompts, responses } = batch;
  assert.deepEqual([prompts.rows, prompts.width], [1, 1], "no prompt is worth standing apart");
  assert.deepEqual([responses.rows, responses.width], [3, 4], "a row's last token is never read");
  assert.deepEqual(numbers(batch.ids), [0, 10, 11, 20, 21, 12, 0, 0, 0, 13, 14, 15, 0]);
  assert.deepEqual(numbers(responses.positions), [0, 1, 2, 3, 0, 4, 4, 4, 0, 1, 2, 4]);
  assert.deepEqual(numbers(prompts.positions), [4]);
  assert.deepEqual([...batch.membership], [0, 0, 0]);
  assert.deepEqual(numbers(batch.counted), [2, 3, 4, 5, 11]);
  assert.deepEqual(numbers(batch.targets), [20, 21, 22, 23, 24]);
});

Deno.test("answers to one prompt share it, but for its last token", () => {
  const batch = tokenBatch([
    { prompt: [10, 11, 12], response: [20, 21] },
    { prompt: [13, 14, 15, 16], response: [22] },
    { prompt: [10, 11, 12], response: [23] },
    { prompt: [13, 14, 15, 16], response: [24, 25] },
  ]);
  const { prompts, responses } = batch;
  assert.deepEqual([prompts.rows, prompts.width], [2, 3]);
  assert.deepEqual([responses.rows, responses.width], [4, 2]);
  assert.deepEqual(numbers(batch.ids), [10, 11, 0, 13, 14, 15, 12, 20, 16, 0, 12, 0, 16, 24]);
  assert.deepEqual(numbers(prompts.positions), [0, 1, 5, 0, 1, 2]);
  assert.deepEqual(numbers(responses.positions), [2, 3, 3, 5, 2, 5, 3, 4]);
  assert.deepEqual([...batch.membership], [1, 0, 0, 1, 1, 0, 0, 1]);
  assert.deepEqual(numbers(batch.counted), [6, 7, 8, 10, 12, 13]);
  assert.deepEqual(numbers(batch.targets), [20, 21, 22, 23, 24, 25]);
});

Deno.test("the shortest row there is", () => {
  const batch = tokenBatch([{ prompt: [7], response: [8] }]);
  assert.deepEqual([batch.responses.rows, batch.responses.width], [1, 1]);
  assert.deepEqual([batch.ids[1], batch.counted[0], batch.targets[0]], [7n, 1n, 8n]);
});

Deno.test("a row without a response counts nothing and disturbs no other", () => {
  const batch = tokenBatch([
    { prompt: [1, 2, 3], response: [] },
    { prompt: [4], response: [5] },
    { prompt: [6, 7], response: [] },
  ]);
  assert.equal(batch.responses.width, 2);
  assert.deepEqual(numbers(batch.ids), [0, 1, 2, 4, 0, 6, 0]);
  assert.deepEqual(numbers(batch.counted), [3]);
  assert.deepEqual(numbers(batch.targets), [5]);
});

Deno.test("an empty prompt is told: its first token would be predicted from nothing", () => {
  const good: TokenRow = { prompt: [1], response: [2] };
  assert.throws(() => tokenBatch([good, { prompt: [], response: [1] }]), {
    message: "Row 1 has an empty prompt",
  });
});

const PROMPTS = [[1], [2, 3], [4, 5, 6, 7], [4, 5, 6], Array.from({ length: 30 }, (_, i) => i)];

/** Rows of a few prompts, equal ones not always the same array. */
const rows = fc.array(
  fc.record({
    prompt: fc.oneof(
      fc.constantFrom(...PROMPTS),
      fc.constantFrom(...PROMPTS).map((prompt) => [...prompt]),
      fc.array(fc.nat(99), { minLength: 1, maxLength: 12 }),
    ),
    response: fc.array(fc.nat(99), { maxLength: 12 }),
  }),
  { maxLength: 20 },
);

Deno.test("every counted token: its target, and all of its row that comes before it", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const batch = tokenBatch(list);
      let k = 0;
      list.forEach(({ prompt, response }, row) => {
        response.forEach((token, i) => {
          assert.equal(Number(batch.targets[k]), token);
          assert.deepEqual(seen(batch, k), { row, tokens: [...prompt, ...response.slice(0, i)] });
          k++;
        });
      });
      assert.equal(k, batch.targets.length);
      assert.equal(new Set(batch.counted).size, k, "no place counts twice");
      const longest = list.reduce((n, r) => Math.max(n, r.prompt.length + r.response.length), 2);
      const furthest = BigInt(longest - 1); // the last angle of a table for such rows
      for (const { positions } of [batch.prompts, batch.responses]) {
        assert.ok(positions.every((position) => position <= furthest));
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});
