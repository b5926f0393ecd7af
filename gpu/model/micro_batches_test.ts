import assert from "node:assert/strict";
import fc from "fast-check";
import { microBatches } from "./micro_batches.ts";
import { tokenBatch, type TokenRow } from "./token_batch.ts";

const rows = fc.array(
  fc.record({
    prompt: fc.oneof(
      fc.constantFrom([1], [2, 3], [4, 5, 6, 7], Array(30).fill(8)),
      fc.array(fc.nat(99), { minLength: 1, maxLength: 12 }),
    ),
    response: fc.array(fc.nat(99), { maxLength: 12 }),
  }),
  { maxLength: 30 },
);

/** Tokens that are computed; the padding that stands for want of prompts is no more than one. */
const tokensIn = (list: readonly TokenRow[], numbers: readonly number[]) => {
  const { ids, prompts } = tokenBatch(numbers.map((i) => list[i]));
  return ids.length - (prompts.rows === 1 && prompts.width === 1 ? 1 : 0);
};

Deno.test("micro-batches hold every row once and keep the budget, padding included", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 100 }), (list, budget) => {
      const { batches, tokens } = microBatches(list, budget);
      assert.deepEqual(batches.flat().sort((a, b) => a - b), list.map((_, i) => i));
      let sum = 0;
      for (const batch of batches) {
        assert.ok(batch.length > 0);
        const size = tokensIn(list, batch);
        assert.ok(batch.length === 1 || size <= budget, `${size} of ${budget}`);
        sum += size;
      }
      assert.ok(Math.abs(sum - tokens) <= batches.length, `${tokens}, not ${sum}`);
    }),
    { numRuns: 300, seed: 1 },
  );
});

Deno.test("rows of like length go together, longest first, equal ones in their order", () => {
  const row = (length: number): TokenRow => ({
    prompt: [length],
    response: Array(length - 1).fill(2),
  });
  const { batches } = microBatches([3, 9, 3, 10, 30].map(row), 18);
  assert.deepEqual(batches, [[4], [3, 1], [0, 2]]);
  assert.deepEqual(microBatches([], 20).batches, []);
});

Deno.test("answers to a prompt go together, in parts of like size, where that computes less", () => {
  const group = (first: number, count: number): TokenRow[] => {
    const prompt = Array(20).fill(first);
    return Array.from({ length: count }, () => ({ prompt, response: Array(10).fill(2) }));
  };
  const list = [...group(1, 8), ...group(2, 8)];
  const mixed = list.map((_, i) => list[(5 * i) % 16]);
  const { batches, tokens } = microBatches(mixed, 80);
  assert.deepEqual(batches.map((batch) => batch.length), [4, 4, 4, 4]);
  for (const batch of batches) {
    assert.equal(new Set(batch.map((i) => mixed[i].prompt[0])).size, 1);
  }
  assert.equal(tokens, 4 * (19 + 4 * 10));
});
