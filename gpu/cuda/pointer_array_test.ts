/** Arrays by their address, on the CPU: libc's memory stands in for a GPU's. */

import assert from "node:assert/strict";
import type { Device } from "../device.ts";
import { LocalDevice, type Provider } from "../local_device.ts";
import * as g from "../graph/mod.ts";
import { placeModel } from "../model/device_parameters.ts";
import { Generator } from "../model/generator.ts";
import { Learner } from "../model/learner.ts";
import { tinyModel } from "../model/testing/tiny.ts";
import { tokenBatch } from "../model/token_batch.ts";
import { cString, ort } from "../ort/mod.ts";
import type { Memory } from "./memory.ts";
import { LibcMemory } from "./testing/libc_memory.ts";
import { PointerArray } from "./pointer_array.ts";

const skip = Deno.build.os === "linux" ? "" : " (skipped: it takes Linux's libc)";

function providerOf(memory: Memory): Provider {
  const info = ort().create("CreateMemoryInfo", cString("Cpu"), 0, 0, 0);
  return { name: "CPU", options: {}, array: (length) => PointerArray.of(memory, info, length) };
}

/** A rollout, a gradient, an update, and another rollout. */
async function work(device: Device) {
  using model = placeModel(device, tinyModel());
  const { config, weights } = model;
  using generator = new Generator(device, config, weights, [], 3);
  const sequences = [[1, 2, 3], [1, 2, 3], [4], [5, 6]].map((prompt, i) => ({
    prompt,
    maxTokens: 5 + i,
    draw: (t: number) => ((7 * t + 3 * i) % 11) / 11,
  }));
  const drawing = { temperature: 1, topP: 1, topK: 0 };
  const before = await generator.generate(sequences, drawing);
  using learner = new Learner(
    device,
    config,
    weights,
    ({ logProb }) => ({ loss: g.sum(logProb) }),
    { optimizer: {} },
  );
  const batch = tokenBatch(before.map(({ tokens }, i) => ({
    prompt: sequences[i].prompt,
    response: tokens,
  })));
  await learner.accumulate(batch, {});
  const { loss } = await learner.accumulate(batch, {});
  const report = await learner.update(1e-2);
  const after = await generator.generate(sequences, drawing);
  return { before, loss, report, after, weights: (await weights.read()).data };
}

Deno.test({
  name: `rollout, gradient and update are the same by address, and all memory is given back${skip}`,
  ignore: skip !== "",
  sanitizeResources: false, // ONNX Runtime and libc stay loaded.
  async fn() {
    const memory = new LibcMemory();
    const device = new LocalDevice({ threads: 1, provider: providerOf(memory) });
    assert.deepEqual(await work(device), await work(new LocalDevice({ threads: 1 })));
    assert.equal(memory.taken.size, 0);
  },
});

Deno.test({
  name: `parts are within the whole; lengths agree${skip}`,
  ignore: skip !== "",
  sanitizeResources: false,
  async fn() {
    const memory = new LibcMemory();
    const device = new LocalDevice({ threads: 1, provider: providerOf(memory) });
    using array = device.place(Float32Array.of(1, 2, 3, 4));
    using part = array.subarray(1, 3);
    device.copy([[part, array.subarray(2)]]);
    assert.deepEqual([...await array.read()], [1, 2, 2, 3]);
    assert.throws(() => part.subarray(0, 3), RangeError);
    assert.throws(() => part.writeSync(new Float32Array(3)), /of 2 elements cannot take 3/);
    assert.throws(() => device.copy([[array, part]]), /of 2 elements cannot take 4/);
    assert.deepEqual([...array.subarray(4).readSync()], []);
    part.clear();
    assert.deepEqual([...await array.read()], [1, 0, 0, 3]);
  },
});
