import assert from "node:assert/strict";
import fc from "fast-check";
import { Batches } from "./batches.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

Deno.test("an epoch visits every item once, but for those that do not fill a batch", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
    fc.nat(1000),
    fc.boolean(),
    (count, size, seed, shuffle) => {
      fc.pre(size <= count);
      const batches = new Batches(range(count), { batchSize: size, seed, shuffle });
      assert.equal(batches.stepsPerEpoch * size + batches.leftOver, count);
      for (const epoch of [0, 1, 7]) {
        const first = epoch * batches.stepsPerEpoch;
        const visited = range(batches.stepsPerEpoch).flatMap((i) => {
          const batch = batches.batchAt(first + i);
          assert.equal(batch.epoch, epoch);
          assert.equal(batch.items.length, size);
          return batch.items;
        });
        assert.equal(new Set(visited).size, visited.length);
        if (!shuffle) assert.deepEqual(visited, range(visited.length));
      }
    },
  ));
});

Deno.test("with what is left as a smaller batch, an epoch visits every item once", () => {
  const batches = new Batches(range(10), { batchSize: 4, seed: 1, keepRest: true });
  assert.deepEqual([batches.stepsPerEpoch, batches.leftOver], [3, 0]);
  for (const epoch of [0, 1]) {
    const visited = range(3).flatMap((i) => batches.batchAt(3 * epoch + i).items);
    assert.deepEqual(visited.sort((a, b) => a - b), range(10));
  }
});

Deno.test("a batch depends on seed and step, not on what was asked before", () => {
  const make = (seed: number) => new Batches(range(40), { batchSize: 8, seed });
  const running = make(3);
  const walked = range(15).map((step) => running.batchAt(step).items);
  for (const step of [14, 2, 9, 0]) {
    assert.deepEqual(make(3).batchAt(step).items, walked[step]);
    assert.deepEqual(running.batchAt(step).items, walked[step]);
  }
  assert.notDeepEqual(make(4).batchAt(0).items, walked[0], "another seed, another order");
  assert.notDeepEqual(walked.slice(0, 5), walked.slice(5, 10), "another epoch, another order");
});

Deno.test("fewer items than a batch: the error says what to set", () => {
  assert.throws(
    () => new Batches(range(20), { batchSize: 128, seed: 0 }),
    /there are 20 problems .* is 128\. Set data\.train_batch_size to at most 20/,
  );
});

Deno.test("the place of an item that cannot be used is taken by another, the same whenever asked", () => {
  fc.assert(fc.property(
    fc.integer({ min: 2, max: 60 }),
    fc.integer({ min: 1, max: 20 }),
    fc.nat(1000),
    fc.array(fc.nat(59)),
    (count, size, seed, useless) => {
      fc.pre(size <= count);
      const fits = (item: number) => !useless.includes(item);
      const make = () => new Batches(range(count), { batchSize: size, seed });
      const batches = make(), usable = range(count).filter(fits).length;
      for (const step of range(2 * batches.stepsPerEpoch)) {
        const plain = batches.batchAt(step).items;
        const { items, dropped } = batches.batchAt(step, fits);
        assert.deepEqual(dropped, plain.filter((item) => !fits(item)));
        assert.equal(items.length, Math.min(size, usable));
        assert.equal(new Set(items).size, items.length, "twice in a batch");
        assert.ok(items.every(fits));
        if (items.length === size) {
          plain.forEach((item, i) => fits(item) && assert.equal(items[i], item, "moved"));
        }
        assert.deepEqual(make().batchAt(step, fits).items, items);
      }
    },
  ));
});
