import assert from "node:assert/strict";
import type { AnyArray, Device, TensorView } from "../device.ts";
import { deviceTest } from "../testing/devices.ts";
import { KvCache } from "./kv_cache.ts";
import { tinyConfig } from "./testing/tiny.ts";

const config = tinyConfig({ headSize: 8, layers: 2 });
const { kvHeads, headSize } = config;
const CAPACITY = 5, SLOTS = 4;

/** Every element says where it lies: slot, head, token, channel. */
async function marked(device: Device): Promise<KvCache> {
  const cache = KvCache.of(device, config, SLOTS, CAPACITY);
  for (const [array, { data }] of Object.values(cache.views(0, SLOTS).inputs).entries()) {
    await data.write(Float32Array.from({ length: data.length }, (_, i) => i + 10_000 * array));
  }
  return cache;
}

/** The whole cache by array. */
async function contents(cache: KvCache): Promise<Record<string, number[]>> {
  const views = Object.entries(cache.views(0, SLOTS).inputs);
  const read = async ([name, { data }]: [string, TensorView<AnyArray>]) =>
    [name, Array.from(await data.read(), Number)] as [string, number[]];
  return Object.fromEntries(await Promise.all(views.map(read)));
}

const element = (slot: number, head: number, token: number) =>
  ((slot * kvHeads + head) * CAPACITY + token) * headSize;

deviceTest(
  "views are the same memory as inputs and outputs, a slot after the other",
  async (device) => {
    using cache = await marked(device);
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
    const key = inputs["key.0"].data;
    assert.equal((await key.read())[0], element(1, 0, 0));
    await key.write(new Float32Array(key.length).fill(-1));
    const all = (await contents(cache))["key.0"];
    assert.equal(all.indexOf(-1), element(1, 0, 0));
    assert.equal(all.lastIndexOf(-1), element(3, 0, 0) - 1);
  },
);

for (const [from, to] of [[3, 0], [0, 3], [1, 2]]) {
  deviceTest(
    `slot ${from}'s first tokens are copied over ${to}'s, and nothing else`,
    async (device) => {
      using cache = await marked(device);
      const before = await contents(cache);
      cache.copy(from, to, 3);
      for (const [name, data] of Object.entries(await contents(cache))) {
        for (let slot = 0; slot < SLOTS; slot++) {
          for (let head = 0; head < kvHeads; head++) {
            for (let token = 0; token < CAPACITY; token++) {
              const source = slot === to && token < 3 ? from : slot;
              for (let k = 0; k < headSize; k++) {
                assert.equal(
                  data[element(slot, head, token) + k],
                  before[name][element(source, head, token) + k],
                );
              }
            }
          }
        }
      }
    },
  );
}

deviceTest("a slot copied onto itself, or nothing of it, stays", async (device) => {
  using cache = await marked(device);
  const before = await contents(cache);
  cache.copy(2, 2, CAPACITY);
  cache.copy(0, 1, 0);
  assert.deepEqual(await contents(cache), before);
});

deviceTest("bytes are those of the arrays", async (device) => {
  using cache = KvCache.of(device, config, SLOTS, CAPACITY);
  const elements = Object.values(await contents(cache)).reduce((n, data) => n + data.length, 0);
  assert.equal(KvCache.bytes(config, SLOTS, CAPACITY), 4 * elements);
});
