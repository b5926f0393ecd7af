/** Decoding in a sidecar; that it draws what a device of this process does is tested where decoding is. */

import assert from "node:assert/strict";
import { libcDevice, LibcMemory, skip } from "../cuda/testing/libc_memory.ts";
import type { Sequence } from "../decoding.ts";
import { type Device, float32, zeros } from "../device.ts";
import * as g from "../graph/mod.ts";
import { LocalDevice } from "../local_device.ts";
import { Generator } from "../model/generator.ts";
import { initializeAdapter } from "../model/lora.ts";
import { drawing, FULL, place, VOCABULARY } from "../model/testing/generating.ts";
import { tinyModel } from "../model/testing/tiny.ts";
import type { SidecarDevice } from "./client.ts";
import { sidecar } from "./testing/sidecar.ts";

const hosted = tinyModel({ vocabSize: VOCABULARY });
const adapter = initializeAdapter(
  hosted.config,
  { rank: 2, alpha: 4, targets: ["q_proj", "down_proj"] },
  "",
  () => 0.7,
);
adapter.weights.data.forEach((_, i) => adapter.weights.data[i] = 0.1 * Math.sin(i));

const ENDS = [1, 8, 15, 22, 29, 36];

function sequences(count: number, maxTokens = (i: number) => 1 + (7 * i) % 30): Sequence[] {
  return Array.from({ length: count }, (_, i) => ({
    prompt: Array.from({ length: 1 + i % 6 }, (_, k) => (5 * i + k) % VOCABULARY),
    maxTokens: maxTokens(i),
    draw: drawing(i),
  }));
}

/** The same device, which is told of every step. */
function stepwise(device: Device): Device {
  const { provider, lanes } = device;
  return {
    provider,
    lanes,
    compile: device.compile.bind(device),
    array: device.array.bind(device),
    place: device.place.bind(device),
    copy: device.copy.bind(device),
    runAll: device.runAll.bind(device),
    [Symbol.dispose]() {},
  };
}

/** What is asked of a sidecar from now on. */
function questions({ connection }: SidecarDevice): string[] {
  const asked: string[] = [], ask = connection.ask.bind(connection);
  connection.ask = (request, body) => {
    asked.push(request.op);
    return ask(request, body);
  };
  return asked;
}

// The library is loaded once for all tests, before any of them.
using _ = new LocalDevice().compile(doubling());

function doubling(): g.Graph {
  const graph = new g.Graph();
  graph.output("y", g.mul(graph.input("x", ["n"]), 2));
  return graph;
}

async function doubled(device: Device, value: number): Promise<number> {
  using program = device.compile(doubling());
  const y = zeros([1]);
  using binding = program.bind({ x: float32([value]) }, { y });
  await binding.run();
  return y.data[0];
}

for (
  const [name, how] of Object.entries({
    greedy: { temperature: 0, topP: 1, topK: 0 },
    full: FULL,
    truncated: { temperature: 1, topP: 0.9, topK: 12 },
  })
) {
  Deno.test(`few messages draw what a message a step does, below an adapter (${name})`, async () => {
    await using server = sidecar();
    using device = await server.device();
    const { config, weights, adapter: beside } = place(device, { ...hosted, adapter });
    const draw = async (device: Device) => {
      using generator = new Generator(device, config, weights, ENDS, 7, undefined, beside);
      let steps = 0;
      const found = await generator.generate(sequences(60), how, { onTokens: () => steps++ });
      return { found, steps };
    };
    const wanted = await draw(stepwise(device));
    const asked = questions(device);
    assert.deepEqual(await draw(device), wanted);
    assert.ok(wanted.found.some(({ ended }) => ended) && wanted.found.some(({ ended }) => !ended));
    assert.deepEqual([...new Set(asked)], ["advance"]);
    assert.ok(asked.length < wanted.steps / 4, `${asked.length} of ${wanted.steps}`);
  });
}

Deno.test({
  name: `runs that are captured are captured in the sidecar${skip}`,
  ignore: skip !== "",
  sanitizeResources: false, // libc stays loaded.
  async fn() {
    const memory = new LibcMemory(), local = libcDevice(memory);
    const draw = async (device: Device) => {
      using model = place(device, hosted);
      const { config, weights } = model;
      using generator = new Generator(device, config, weights, [3], 7, undefined, undefined, true);
      return await generator.generate(sequences(30), FULL);
    };
    const wanted = await draw(local);
    {
      await using server = sidecar({}, local);
      using device = await server.device();
      assert.deepEqual(await draw(device), wanted);
    }
    assert.equal(memory.taken.size, 0);
  },
});

Deno.test("what fails is told, and nothing else breaks", async () => {
  await using server = sidecar();
  using device = await server.device();
  using model = place(device, hosted);
  using generator = new Generator(device, model.config, model.weights, [], 4);
  const wanted = await generator.generate(sequences(9), FULL);
  const gone = place(device, hosted);
  using lost = new Generator(device, gone.config, gone.weights, [], 4);
  gone[Symbol.dispose]();
  await assert.rejects(lost.generate(sequences(9), FULL), { message: /has no NativeArray/ });
  using elsewhere = new LocalDevice().compile(doubling());
  const plan = {
    prefill: { program: elsewhere, weights: {} },
    step: { program: elsewhere, weights: {} },
    caches: [],
    sampled: true,
    sampler: {},
    endTokens: [],
    prefillTokens: 1,
    fixed: false,
  };
  assert.throws(() => device.decode(plan, []), { message: "This program is another device's" });
  assert.deepEqual(await generator.generate(sequences(9), FULL), wanted);
});

Deno.test("others are served meanwhile, also when a client leaves in the middle", async () => {
  await using server = sidecar();
  const device = await server.device();
  using other = await server.device();
  const { config, weights } = place(device, hosted);
  const generator = new Generator(device, config, weights, [], 1);
  let drawn = 0;
  const rollout = generator.generate(sequences(400, () => 50), FULL, { onTokens: () => drawn++ });
  const leaving = assert.rejects(rollout, { message: /was closed here/ });
  while (drawn === 0) assert.equal(await doubled(other, 3), 6);
  assert.ok(drawn < 400 * 50);
  device[Symbol.dispose]();
  await leaving;
  assert.equal(await server.ended[0], undefined);
  assert.equal(await doubled(other, 4), 8);
});
