import assert from "node:assert/strict";
import { report } from "../scale.ts";
import { MODELS } from "./inputs.ts";
import { activations, held, longestRow } from "./memory.ts";
import {
  cutExponential,
  decoding,
  forward,
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
  // 7.6 billion float32 gradients there; 1.1 billion weights in float32, 6.5 billion in bfloat16 back; seven eighths of
  // each, at 370 GB/s; between machines at 0.8 · 400 GB/s.
  const outside = 2 * 152064 * 3584 / 1e9, factors = 7.615616512 - outside;
  const bytes = 4 * 7.615616512 + 4 * outside + 2 * factors;
  assert.ok(Math.abs(summing(QWEN25, 8) - bytes * 7 / 8 / 370) < 1e-9);
  assert.ok(Math.abs(summing(QWEN25, 64) - bytes * 63 / 64 / 320) < 1e-9);
  // A copy in bfloat16, gradients, embedding and head in float32; two moments and the other weights in shares.
  const gigabytes = 2 * factors + 4 * 7.615616512 + 4 * outside +
    (8 * 7.615616512 + 4 * factors) / 8;
  assert.ok(Math.abs(held(QWEN25, 8) / 1e9 - gigabytes) < 0.01, `${held(QWEN25, 8)}`);
  assert.ok(Math.abs(forward(QWEN25, 1, 100) / (100 * 2 * QWEN25.parameters) - 1) < 2e-3);
});

Deno.test("a 7B model in training fits 8 GPUs of 80 GB, for rows of two thousand tokens", () => {
  const longest = longestRow(QWEN25, 8, 72e9);
  assert.ok(longest >= 2000, `${longest}`);
  assert.ok(held(QWEN25, 8) + activations(QWEN25, longest) <= 72e9);
  assert.ok(held(QWEN25, 8) + activations(QWEN25, longest + 100) > 72e9);
  assert.ok(held(QWEN25, 1) > 120e9);
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
