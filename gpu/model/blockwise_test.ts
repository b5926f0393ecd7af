import assert from "node:assert/strict";
import { Random } from "../../trainer/seed.ts";
import { deviceTest } from "../testing/devices.ts";
import * as g from "../graph/mod.ts";
import { Blockwise, logitsChunk } from "./blockwise.ts";
import type { Model } from "./checkpoint.ts";
import { Learner } from "./learner.ts";
import type { Objective } from "./training_graph.ts";
import { initializeAdapter } from "./lora.ts";
import { DeviceParameters, placeModel } from "./device_parameters.ts";
import { tinyModel } from "./testing/tiny.ts";
import { tokenBatch } from "./token_batch.ts";

const random = new Random(5);

/** Both of what an objective may look at, and an output of its own. */
const both: Objective = ({ logProb, entropy, perToken }) => {
  const weighted = g.mul(perToken("weight"), logProb);
  return { loss: g.sum(g.sub(g.mul(entropy, 0.02), weighted)), outputs: { weighted } };
};
const logProbAlone: Objective = ({ logProb, perToken }) => ({
  loss: g.sum(g.mul(perToken("weight"), logProb)),
});
const entropyAlone: Objective = ({ entropy, perToken }) => ({
  loss: g.sum(g.mul(perToken("weight"), entropy)),
});

function adapted(model: Model): Model {
  const settings = { rank: 3, alpha: 6, targets: ["q_proj", "v_proj", "down_proj"] as const };
  const adapter = initializeAdapter(model.config, settings, "", () => random.next());
  adapter.weights.data.forEach((_, i) => adapter.weights.data[i] = 0.2 * random.normal());
  return { ...model, adapter };
}

const windowed = tinyModel({ layers: 3, headSize: 8 });
const models: Record<string, Model> = {
  "tied": tinyModel({ layers: 3 }),
  "untied": tinyModel({ tied: false }),
  "with windows": { ...windowed, config: { ...windowed.config, windows: [null, 3, 3] } },
  "an adapter": adapted(tinyModel({ layers: 3 })),
};

const tokens = (count: number) => Array.from({ length: count }, () => random.int(40));
/** Micro-batches of different sizes, the last of answers to one prompt. */
const shared = tokens(8);
const batches = [
  ...[[[3, 7], [9, 2], [1, 5]], [[4, 6], [2, 2]]].map((rows) =>
    tokenBatch(rows.map(([p, r]) => ({ prompt: tokens(p), response: tokens(r) })))
  ),
  tokenBatch([4, 1, 6].map((r) => ({ prompt: shared, response: tokens(r) }))),
];
const weights = batches.map(({ targets }) =>
  Float32Array.from(targets, () => random.normal() / targets.length)
);

function assertClose(found: Float32Array, wanted: Float32Array, what: string, scale = 0): void {
  scale ||= Math.max(...wanted.map(Math.abs));
  assert.equal(found.length, wanted.length);
  found.forEach((x, i) =>
    assert.ok(Math.abs(x - wanted[i]) <= 2e-6 * scale, `${what}[${i}]: ${x}, not ${wanted[i]}`)
  );
}

for (const [name, model] of Object.entries(models)) {
  for (const [objective, loss] of Object.entries({ both, logProbAlone, entropyAlone })) {
    deviceTest(
      `a block at a time, ${name}, ${objective}: losses and gradients of the whole graph`,
      async (device) => {
        using placed = placeModel(device, model);
        const { config, weights: base, adapter } = placed;
        using whole = new Learner(device, config, base, loss, {
          adapter,
          temperature: 0.8,
          optimizer: {},
        });
        using gradients = new DeviceParameters(device, whole.trained.layout);
        using pieces = new Blockwise({
          ...{ device, config, weights: base, adapter, gradients, objective: loss },
          ...{ maxLength: config.maxPositions, temperature: 0.8, chunk: 5 },
        });
        for (const [i, batch] of batches.entries()) {
          const inputs = { weight: weights[i] };
          const wanted = await whole.accumulate(batch, inputs);
          const found = await pieces.accumulate(batch, inputs);
          assert.deepEqual(Object.keys(found).sort(), Object.keys(wanted).sort());
          for (const output of Object.keys(wanted)) {
            assertClose(found[output], wanted[output], output);
          }
          const { logProb } = await pieces.forward(batch);
          assert.deepEqual(logProb, found.logProb);
        }
        const wanted = await Promise.all(
          Array.from(
            await whole.gradients(),
            async ([tensor, { data }]) => [tensor, await data.read()] as const,
          ),
        );
        const scale = Math.max(...wanted.map(([, data]) => Math.max(...data.map(Math.abs))));
        for (const [tensor, data] of wanted) {
          assertClose(await gradients.tensors().get(tensor)!.data.read(), data, tensor, scale);
        }
      },
    );
  }
}

deviceTest("a learner with checkpointing learns what one without it learns", async (device) => {
  const results = await Promise.all([false, true].map(async (checkpointing) => {
    using model = placeModel(device, tinyModel());
    const { config, weights: data } = model;
    using learner = new Learner(device, config, data, both, { checkpointing, optimizer: {} });
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) {
      for (const [i, batch] of batches.entries()) {
        losses.push((await learner.accumulate(batch, { weight: weights[i] })).loss[0]);
      }
      await learner.update(1e-3);
    }
    return losses;
  }));
  results[0].forEach((loss, i) => assert.ok(Math.abs(results[1][i] - loss) <= 1e-4, `${i}`));
});

Deno.test("a chunk of logits is 64 MiB at most, and one token at least", () => {
  assert.equal(logitsChunk(151_936), 110);
  assert.equal(logitsChunk(1e9), 1);
});
