import assert from "node:assert/strict";
import { Random } from "../../trainer/seed.ts";
import type { Device } from "../device.ts";
import * as g from "../graph/mod.ts";
import { LocalDevice } from "../local_device.ts";
import { openDevice } from "../sidecar/open.ts";
import { Generator } from "./generator.ts";
import { Learner } from "./learner.ts";
import { close, drawing, FULL, place, same, VOCABULARY } from "./testing/generating.ts";
import { tinyModel } from "./testing/tiny.ts";
import { tokenBatch, type TokenRow } from "./token_batch.ts";
import type { Objective } from "./training_graph.ts";

const tiny = () => tinyModel({ headSize: 16, vocabSize: VOCABULARY });

const objective: Objective = ({ logProb, perToken }) => ({
  loss: g.neg(g.sum(g.mul(perToken("weight"), logProb))),
});

/** A test of a device with that many threads, in this process and in a sidecar. */
function laneTest(name: string, threads: number, test: (device: Device) => Promise<void>): void {
  for (const kind of Deno.build.os === "windows" ? ["cpu"] : ["cpu", "sidecar"]) {
    Deno.test(`${name} (${kind})`, async () => {
      using device = await openDevice(kind, { threads });
      assert.equal(device.lanes, threads);
      await test(device);
    });
  }
}

function sequences(count: number) {
  const random = new Random(5);
  return Array.from({ length: count }, (_, i) => ({
    prompt: Array.from({ length: 1 + random.int(9) }, () => random.int(VOCABULARY)),
    maxTokens: 1 + random.int(20),
    draw: drawing(i),
  }));
}

function rows(count: number): TokenRow[] {
  const random = new Random(11);
  const tokens = (n: number) => Array.from({ length: n }, () => random.int(VOCABULARY));
  return Array.from({ length: count }, () => ({
    prompt: tokens(1 + random.int(10)),
    response: tokens(1 + random.int(20)),
  }));
}

laneTest("several lanes draw what one draws", 3, async (device) => {
  using model = place(device, tiny());
  using many = new Generator(device, model.config, model.weights, [7], 64);
  using one = new Generator(device, model.config, model.weights, [7], 8);
  const asked = sequences(150);
  const wanted = await one.generate(asked, FULL);
  same(await many.generate(asked, FULL), wanted);
  same(await many.generate(asked.slice(9, 70), FULL), wanted.slice(9, 70));
});

laneTest("what fails in a lane ends all of them, and the next call works", 2, async (device) => {
  using model = place(device, tiny());
  using generator = new Generator(device, model.config, model.weights, [], 64);
  const asked = sequences(64);
  const broken = asked.with(40, {
    ...asked[40],
    maxTokens: 9,
    draw: (t) => {
      if (t === 4) throw new Error("no more numbers");
      return 0.5;
    },
  });
  let steps = 0;
  const counted = { onTokens: () => void steps++ };
  await assert.rejects(generator.generate(broken, FULL, counted), { message: "no more numbers" });
  const before = steps;
  const found = await generator.generate(asked, FULL, counted);
  assert.ok(steps > before && found.every(({ tokens }, i) => tokens.length === asked[i].maxTokens));
});

laneTest("micro-batches side by side add up to what they are one by one", 2, async (device) => {
  const learned = async (at: Device, sideBySide: boolean) => {
    using model = place(at, tiny());
    using learner = new Learner(at, model.config, model.weights, objective, { optimizer: {} });
    const all: number[][] = [];
    // 5 leaves one lane ahead of the other, 1 leaves it empty.
    for (const parts of [5, 1, 4]) {
      const batches = rows(2 * parts).flatMap((row, i, list) =>
        i % 2 ? [tokenBatch([list[i - 1], row])] : []
      );
      const step = (batch: typeof batches[0]) =>
        learner.accumulate(batch, { weight: new Float32Array(batch.targets.length).fill(0.01) });
      const results = [];
      if (sideBySide) results.push(...await Promise.all(batches.map(step)));
      else for (const batch of batches) results.push(await step(batch));
      all.push(results.map(({ loss }) => loss[0]));
      for (const { data } of (await learner.gradients()).values()) all.push([...await data.read()]);
      await learner.update(1e-3);
    }
    return { lanes: learner.lanes, all };
  };
  const found = await learned(device, true);
  assert.equal(found.lanes, 2);
  const wanted = await learned(new LocalDevice({ threads: 1 }), false);
  assert.equal(wanted.lanes, 1);
  close(found.all, wanted.all, 1e-5);
  assert.deepEqual(await learned(device, true), found, "the same bits again");
});

Deno.test("rows are dealt out so that no lane waits for another", () => {
  const device = new LocalDevice({ threads: 2 });
  using model = place(device, tiny());
  using learner = new Learner(device, model.config, model.weights, objective, { optimizer: {} });
  const sizes = (rows: TokenRow[], maxTokens?: number) =>
    learner.microBatches(rows, maxTokens).map((part) => part.length);
  const response = Array(64).fill(2);
  const group = (count: number) =>
    Array.from({ length: count }, () => ({ prompt: Array(16).fill(1), response }));
  assert.deepEqual(sizes(group(8)), [4, 4]);
  assert.deepEqual(sizes(group(12)), [6, 6]);
  assert.deepEqual(sizes(group(40)), [10, 10, 10, 10]);
  assert.deepEqual(sizes(group(4), 80), [1, 1, 1, 1]);
  assert.deepEqual(sizes(group(1)), [1]);
  const alone = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ prompt: Array(16).fill(i), response }));
  assert.deepEqual(sizes(alone(8)), [4, 4]);
  assert.deepEqual(sizes(alone(16)), [8, 8]);
  assert.deepEqual(sizes(alone(32)), [8, 8, 8, 8]);
});

laneTest("lanes that are fewer than threads share those that are left", 4, async (device) => {
  using model = place(device, tiny());
  using many = new Generator(device, model.config, model.weights, [], 32);
  using one = new Generator(device, model.config, model.weights, [], 8);
  const asked = sequences(60);
  same(await many.generate(asked, FULL), await one.generate(asked, FULL));
});

Deno.test("a model too large for several gradient buffers takes all threads for each micro-batch", () => {
  const device = new LocalDevice({ threads: 2 });
  using model = place(device, tinyModel({ headSize: 16, vocabSize: 300_000 }));
  using learner = new Learner(device, model.config, model.weights, objective, { optimizer: {} });
  assert.ok(2 * model.weights.layout.size > 1 << 24);
  assert.equal(learner.lanes, 1);
});
