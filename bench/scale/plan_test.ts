import assert from "node:assert/strict";
import { report } from "../scale.ts";
import { MODELS } from "./inputs.ts";
import {
  cutExponential,
  decoding,
  forward,
  held,
  kvBytes,
  plan,
  PUBLISHED,
  recipe,
  summing,
} from "./plan.ts";

const [QWEN25, QWEN3] = MODELS;

Deno.test("by hand: the cache, the sums, the memory, a forward pass", () => {
  assert.equal(kvBytes(QWEN25), 57_344);
  assert.equal(kvBytes(QWEN3), 147_456);
  // 7.6 billion float32 elements, seven eighths of them each way, at 370 GB/s; between machines at 0.8 · 400 GB/s.
  assert.ok(Math.abs(summing(QWEN25, 8) - 2 * 4 * 7.615616512 * 7 / 8 / 370) < 1e-9);
  assert.ok(Math.abs(summing(QWEN25, 64) - 2 * 4 * 7.615616512 * 63 / 64 / 320) < 1e-9);
  assert.equal(Math.round(held(QWEN25, 8).built / 1e8), 876);
  assert.ok(Math.abs(forward(QWEN25, 1, 100) / (100 * 2 * QWEN25.parameters) - 1) < 2e-3);
});

Deno.test("lengths: the cut exponential has the mean that it shall have", () => {
  const tau = cutExponential(1500, 6144);
  let mean = 0;
  for (let at = 0; at < 6144; at++) mean += Math.exp(-(at + 0.5) / tau);
  assert.ok(Math.abs(mean - 1500) < 1, `${mean}`);
  assert.equal(cutExponential(6144, 6144), Infinity);
});

Deno.test("one sequence of full length takes as many steps as it has tokens, each as long as the weights are read", () => {
  const work = { ...recipe(QWEN25, 6144), samples: 1 };
  const seconds = decoding(work, 0, 1, 1);
  const weights = 6144 * 2 * QWEN25.parameters / (3.35e12 * 0.5);
  assert.ok(seconds > weights && seconds < 1.05 * weights);
});

Deno.test("the published setting comes out within a quarter, and more GPUs are never slower", () => {
  const { total } = plan(PUBLISHED.work, PUBLISHED.cluster);
  assert.ok(Math.abs(total / PUBLISHED.seconds - 1) < 0.25, `${total}`);
  for (const shape of MODELS) {
    const [few, many] = [8, 64].map((ranks) => plan(recipe(shape), { ranks, servers: 0 }).total);
    assert.ok(many < few);
  }
});

Deno.test("the report is the one that was committed", async () => {
  const file = new URL("../results/scale.md", import.meta.url);
  assert.equal(await Deno.readTextFile(file), report());
});
