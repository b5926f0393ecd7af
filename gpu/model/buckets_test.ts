import assert from "node:assert/strict";
import fc from "fast-check";
import { Random } from "../../trainer/seed.ts";
import * as g from "../graph/mod.ts";
import { deviceTest } from "../testing/devices.ts";
import { bucket, bucketedBatch } from "./buckets.ts";
import type { Sequence } from "../decoding.ts";
import { type DeviceModel, placeModel } from "./device_parameters.ts";
import { Generator } from "./generator.ts";
import { Learner } from "./learner.ts";
import type { Objective } from "./training_graph.ts";
import { drawing, same, VOCABULARY } from "./testing/generating.ts";
import { tinyModel } from "./testing/tiny.ts";
import { microBatches } from "./micro_batches.ts";
import { seen } from "./testing/seen.ts";
import { tokenBatch, type TokenRow } from "./token_batch.ts";

Deno.test("a bucket is not smaller, not much larger, and one of few", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1 << 20 }), fc.integer({ min: 1, max: 5 }), (n, bits) => {
      const size = bucket(n, bits);
      assert.ok(size >= n && size <= n * (1 + 2 ** (1 - bits)));
      assert.equal(bucket(size, bits), size);
    }),
  );
  const sizes = (bits: number) =>
    new Set(Array.from({ length: 64 }, (_, i) => bucket(i + 1, bits)));
  assert.deepEqual([...sizes(1)], [1, 2, 4, 8, 16, 32, 64]);
  assert.deepEqual([...sizes(2)], [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]);
});

const random = new Random(31);
const tokens = (count: number) => Array.from({ length: count }, () => random.int(VOCABULARY));

const rowsOf = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })),
  { minLength: 1, maxLength: 6 },
).map((rows) => rows.map(([p, r]): TokenRow => ({ prompt: tokens(p), response: tokens(r) })));

Deno.test("a bucketed batch predicts the same tokens from the same ids, and others from nowhere twice", () => {
  fc.assert(fc.property(rowsOf, (rows) => {
    const batch = tokenBatch(rows), wide = bucketedBatch(batch);
    const { prompts, responses } = wide;
    assert.equal(
      wide.ids.length,
      prompts.rows * prompts.width + responses.rows * responses.width,
    );
    assert.equal(wide.targets.length, wide.counted.length);
    assert.deepEqual(wide.targets.subarray(0, batch.targets.length), batch.targets);
    batch.targets.forEach((_, i) => assert.deepEqual(seen(wide, i), seen(batch, i)));
    assert.equal(new Set(wide.counted).size, wide.counted.length);
    assert.ok(wide.counted.every((p) => p >= 0n && p < BigInt(wide.ids.length)));
  }));
});

Deno.test("micro-batches keep to their budget with padded rows", () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => ({ prompt: tokens(3), response: tokens(i + 1) }),
  );
  for (const part of microBatches(rows, 100, (length) => bucket(length, 4)).batches) {
    const { ids, prompts } = bucketedBatch(tokenBatch(part.map((i) => rows[i])));
    const more = prompts.rows === 1 && prompts.width === 1 ? 1 : 0; // for want of a prompt
    assert.ok(ids.length <= 100 + more, `${ids.length}`);
  }
});

const objective: Objective = ({ logProb, entropy, perToken }) => {
  const weighted = g.mul(perToken("weight"), g.exp(logProb));
  return {
    loss: g.sum(g.sub(weighted, g.mul(perToken("share"), entropy))),
    outputs: { weighted },
  };
};

deviceTest("padded to buckets, a learner computes the same", async (device) => {
  const rows = [[3, 14], [9, 2], [1, 5]].map(([p, r]) => ({
    prompt: tokens(p),
    response: tokens(r),
  }));
  const batch = tokenBatch(rows), count = batch.targets.length;
  assert.notEqual(bucketedBatch(batch).targets.length, count);
  assert.notEqual(
    bucketedBatch(tokenBatch([...rows, { prompt: tokens(9), response: tokens(9) }])).responses
      .width,
    17,
  );
  const perToken = {
    weight: Float32Array.from({ length: count }, () => random.normal()),
    share: new Float32Array(count).fill(1 / count),
  };
  const learned = async (bucketed: boolean, checkpointing: boolean) => {
    using model = placeModel(device, tinyModel());
    const { config, weights } = model;
    const options = { bucketed, checkpointing, optimizer: {} };
    using learner = new Learner(device, config, weights, objective, options);
    const seen = await learner.logProbs(batch);
    const results = await learner.accumulate(batch, perToken);
    await learner.accumulate(batch, perToken);
    const { gradientNorm } = await learner.update(1e-3);
    return { seen, results, gradientNorm, after: (await weights.read()).data };
  };
  for (const checkpointing of [false, true]) {
    const wanted = await learned(false, checkpointing), found = await learned(true, checkpointing);
    const near = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      assert.equal(a.length, b.length);
      for (let i = 0; i < b.length; i++) {
        assert.ok(Math.abs(a[i] - b[i]) <= 2e-5 * (1 + Math.abs(b[i])), `${a[i]}, not ${b[i]}`);
      }
    };
    for (const name of ["logProb", "entropy"]) near(found.seen[name], wanted.seen[name]);
    for (const name in wanted.results) near(found.results[name], wanted.results[name]);
    near([found.gradientNorm], [wanted.gradientNorm]);
    near(found.after, wanted.after);
  }
});

for (const headSize of [16, 8]) {
  deviceTest(
    `with few shapes and captured steps, the same is drawn (heads of ${headSize})`,
    async (device) => {
      using model = placeModel(device, tinyModel({ headSize }));
      const sequences: Sequence[] = Array.from({ length: 23 }, (_, i) => ({
        prompt: tokens(1 + (5 * i) % 9),
        maxTokens: 1 + (7 * i) % 19,
        draw: drawing(i),
      }));
      sequences.push(...sequences.slice(0, 4).map((s) => ({ ...s, draw: drawing(77) })));
      for (
        const how of [
          { temperature: 0, topP: 1, topK: 0 },
          { temperature: 0.9, topP: 1, topK: 0 },
          { temperature: 1, topP: 0.8, topK: 12 },
        ]
      ) {
        const found = await draw(model, device, true, sequences, how);
        same(found, await draw(model, device, false, sequences, how));
      }
    },
  );
}

async function draw(
  { config, weights }: DeviceModel,
  device: ConstructorParameters<typeof Generator>[0],
  fixed: boolean,
  sequences: Sequence[],
  how: Parameters<Generator["generate"]>[1],
) {
  using generator = new Generator(device, config, weights, [3], 7, undefined, undefined, fixed);
  // The second call finds the cache, and on a GPU the graphs, of the first.
  await generator.generate(sequences.slice(0, 5), how);
  return await generator.generate(sequences, how);
}
