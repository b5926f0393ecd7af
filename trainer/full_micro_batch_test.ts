import assert from "node:assert/strict";
import fc from "fast-check";
import { microBatches } from "../gpu/model/micro_batches.ts";
import { tokenBatch } from "../gpu/model/token_batch.ts";
import { fullMicroBatch } from "./full_micro_batch.ts";

const cases = fc.record({
  budget: fc.integer({ min: 400, max: 4000 }),
  prompt: fc.integer({ min: 10, max: 60 }),
  response: fc.integer({ min: 10, max: 60 }),
  group: fc.integer({ min: 1, max: 9 }),
  prompts: fc.integer({ min: 40, max: 50 }),
});

Deno.test("the largest micro-batch that the learner deals is about the one that is planned for", () => {
  fc.assert(
    fc.property(cases, ({ budget, prompt, response, group, prompts }) => {
      const rows = Array.from({ length: group * prompts }, (_, i) => ({
        prompt: Array(prompt).fill(Math.floor(i / group)),
        response: Array(response).fill(1),
      }));
      const planned = fullMicroBatch(budget, { prompt, response, group, count: rows.length });
      const seen = microBatches(rows, budget).batches.map((batch) => {
        const { targets, responses, prompts } = tokenBatch(batch.map((i) => rows[i]));
        const before = prompts.rows * prompts.width, own = responses.rows * responses.width;
        return {
          rows: batch.length,
          tokens: before + own,
          pairs: before * prompts.width + own * (prompts.width + responses.width),
          counted: targets.length,
        };
      });
      for (const name of ["rows", "tokens", "pairs", "counted"] as const) {
        const most = Math.max(...seen.map((batch) => batch[name]));
        const error = most / planned[name] - 1;
        assert.ok(error <= 0.1 && error >= -0.5, `${name}: ${most}, planned ${planned[name]}`);
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});
