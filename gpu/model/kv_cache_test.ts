import assert from "node:assert/strict";
import { KvCache } from "./kv_cache.ts";
import { tinyConfig } from "./testing/tiny.ts";

const config = tinyConfig({ headSize: 8, layers: 2 });
const { kvHeads, headSize } = config;
const CAPACITY = 5, SLOTS = 4;

/** Every element says where it lies: slot, head, token, channel. */
function marked(): KvCache {
  const cache = new KvCache(config, SLOTS, CAPACITY);
  Object.values(cache.views(0, SLOTS).inputs).forEach(({ data }, array) =>
    data.forEach((_, i) => data[i] = i + 10_000 * array)
  );
  return cache;
}

const element = (slot: number, head: number, token: number) =>
  ((slot * kvHeads + head) * CAPACITY + token) * headSize;

Deno.test("views are the same memory as inputs and outputs, a slot after the other", () => {
  const cache = marked();
  const { inputs, outputs } = cache.views(1, 2);
  assert.deepEqual(Object.keys(inputs), ["key.0", "value.0", "key.1", "value.1"]);
  assert.deepEqual(
    Object.keys(outputs),
    ["key.0.next", "value.0.next", "key.1.next", "value.1.next"],
  );
  for (const [name, view] of Object.entries(inputs)) {
    assert.deepEqual(view.shape, [2, kvHeads, CAPACITY, headSize]);
    assert.equal(outputs[`${name}.next`].data, view.data);
  }
  assert.equal(inputs["key.0"].data[0], element(1, 0, 0));
  const all = cache.views(0, SLOTS).inputs["key.0"].data;
  inputs["key.0"].data[0] = -1;
  assert.equal(all[element(1, 0, 0)], -1);
});

for (const [from, to] of [[3, 0], [0, 3], [1, 2]]) {
  Deno.test(`slot ${from}'s first tokens are copied over ${to}'s, and nothing else`, () => {
    const cache = marked(), before = marked();
    cache.copy(from, to, 3);
    Object.entries(cache.views(0, SLOTS).inputs).forEach(([name, { data }]) => {
      const old = before.views(0, SLOTS).inputs[name].data;
      for (let slot = 0; slot < SLOTS; slot++) {
        for (let head = 0; head < kvHeads; head++) {
          for (let token = 0; token < CAPACITY; token++) {
            const source = slot === to && token < 3 ? from : slot;
            for (let k = 0; k < headSize; k++) {
              assert.equal(
                data[element(slot, head, token) + k],
                old[element(source, head, token) + k],
              );
            }
          }
        }
      }
    });
  });
}

Deno.test("a slot copied onto itself, or nothing of it, stays", () => {
  const cache = marked(), before = marked();
  cache.copy(2, 2, CAPACITY);
  cache.copy(0, 1, 0);
  assert.deepEqual(cache.views(0, SLOTS), before.views(0, SLOTS));
});

Deno.test("bytes are those of the arrays", () => {
  const { inputs } = new KvCache(config, SLOTS, CAPACITY).views(0, SLOTS);
  const bytes = Object.values(inputs).reduce((n, { data }) => n + data.byteLength, 0);
  assert.equal(KvCache.bytes(config, SLOTS, CAPACITY), bytes);
});
