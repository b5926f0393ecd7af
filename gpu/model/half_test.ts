/** Half-precision computing beside float32: the same numbers to the type's precision, and masters that lose nothing. */

import assert from "node:assert/strict";
import { Random } from "../../trainer/seed.ts";
import type { Device } from "../device.ts";
import * as g from "../graph/mod.ts";
import { type FloatType, halfBits, type HalfType } from "../half.ts";
import { deviceTest } from "../testing/devices.ts";
import type { Model } from "./checkpoint.ts";
import type { Sequence } from "../decoding.ts";
import { type DeviceModel, placeModel } from "./device_parameters.ts";
import { Generator } from "./generator.ts";
import { Learner } from "./learner.ts";
import type { Objective } from "./training_graph.ts";
import { initializeAdapter } from "./lora.ts";
import { drawing, FULL, VOCABULARY } from "./testing/generating.ts";
import { tinyModel } from "./testing/tiny.ts";
import { tokenBatch } from "./token_batch.ts";

/** ONNX Runtime computes in bfloat16 on GPUs alone; in float16 on the CPU too, through casts that it puts in. */
const types = ({ provider }: Device): HalfType[] =>
  provider === "CUDA" ? ["bfloat16", "float16"] : ["float16"];

/** Half the distance between 1 and the next number. */
const EPSILON = { float32: 2 ** -24, float16: 2 ** -11, bfloat16: 2 ** -8 };

const random = new Random(21);

function adapted(model: Model): Model {
  const settings = { rank: 4, alpha: 8, targets: ["q_proj", "v_proj", "down_proj"] as const };
  const adapter = initializeAdapter(model.config, settings, "", () => random.next());
  adapter.weights.data.forEach((_, i) => adapter.weights.data[i] = 0.2 * random.normal());
  return { ...model, adapter };
}

const narrow = tinyModel({ layers: 3, headSize: 8, tied: false });
const normed = tinyModel({ layers: 3 });
const models: Record<string, Model> = {
  "tied": tinyModel({ layers: 3 }),
  "untied, heads of 8, windows": {
    ...narrow,
    config: { ...narrow.config, windows: [null, 3, 3] },
  },
  "an adapter": adapted(normed),
};

const tokens = (count: number) => Array.from({ length: count }, () => random.int(VOCABULARY));
const shared = tokens(9);
const rows = [[3, 7], [1, 5]].map(([p, r]) => ({ prompt: tokens(p), response: tokens(r) }));
rows.push(...[2, 6, 4].map((r) => ({ prompt: shared, response: tokens(r) })));
const batch = tokenBatch(rows);
const weight = Float32Array.from(batch.targets, () => random.normal());

const objective: Objective = ({ logProb, entropy, perToken }) => ({
  loss: g.mul(
    g.sum(g.sub(g.mul(entropy, 0.02), g.mul(perToken("weight"), logProb))),
    1 / weight.length,
  ),
});

function learning(device: Device, hosted: Model, type: FloatType, checkpointing = false) {
  const model = placeModel(device, structuredClone(hosted), type);
  const { config, weights, adapter } = model;
  const learner = new Learner(device, config, weights, objective, {
    adapter,
    checkpointing,
    optimizer: { weightDecay: 0 },
  });
  return {
    model,
    learner,
    [Symbol.dispose]: () => (learner[Symbol.dispose](), model[Symbol.dispose]()),
  };
}

/** Root mean square of differences, beside that of what is wanted. */
function distance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let off = 0, all = 0;
  for (let i = 0; i < wanted.length; i++) {
    off += (found[i] - wanted[i]) ** 2;
    all += wanted[i] ** 2;
  }
  assert.equal(found.length, wanted.length);
  return Math.sqrt(off / all);
}

for (const [name, hosted] of Object.entries(models)) {
  deviceTest(`half precision: log-probabilities and gradients (${name})`, async (device) => {
    using wide = learning(device, hosted, "float32");
    const wanted = await wide.learner.accumulate(batch, { weight });
    for (const type of types(device)) {
      for (const checkpointing of [false, true]) {
        using half = learning(device, hosted, type, checkpointing);
        const found = await half.learner.accumulate(batch, { weight });
        assert.ok(distance(found.logProb, wanted.logProb) <= EPSILON[type]);
        assert.ok(distance(found.entropy, wanted.entropy) <= 4 * EPSILON[type]);
        assert.notDeepEqual(found.logProb, wanted.logProb);
        for (const [tensor, { data }] of await half.learner.gradients()) {
          const gradient = await (await wide.learner.gradients()).get(tensor)!.data.read();
          const off = distance(await data.read(), gradient);
          assert.ok(off <= 16 * EPSILON[type], `${type}, ${tensor}: ${off}`);
        }
      }
    }
  });

  deviceTest(`half precision: ten updates follow those in float32 (${name})`, async (device) => {
    const losses = async (type: FloatType) => {
      using trained = learning(device, hosted, type);
      const found: number[] = [];
      for (let step = 0; step < 10; step++) {
        const { loss } = await trained.learner.accumulate(batch, { weight });
        // A second micro-batch is added to the first.
        await trained.learner.accumulate(batch, { weight });
        assert.ok((await trained.learner.update(1e-3)).applied);
        found.push(loss[0]);
      }
      return found;
    };
    const wanted = await losses("float32");
    assert.ok(Math.abs(wanted[9] - wanted[0]) > 0.1 * Math.abs(wanted[0]));
    for (const type of types(device)) {
      const off = distance(await losses(type), wanted);
      assert.ok(off <= 8 * EPSILON[type], `${type}: ${off}`);
    }
  });

  deviceTest(`half precision: what is drawn is what training sees (${name})`, async (device) => {
    const sequences = rows.map(({ prompt }, i) => ({ prompt, maxTokens: 12, draw: drawing(i) }));
    const greedy = { ...FULL, temperature: 0 };
    using wide = learning(device, hosted, "float32");
    const wanted = await generate(device, wide.model, sequences, greedy);
    for (const type of types(device)) {
      using half = learning(device, hosted, type);
      const { model, learner } = half;
      const likeliest = await generate(device, model, sequences, greedy);
      const equal = likeliest.flatMap((c, i) => c.tokens.map((t, k) => t === wanted[i].tokens[k]));
      // A tie that falls the other way changes all that follows in its sequence.
      assert.ok(equal.filter(Boolean).length >= 0.5 * equal.length, `${type}: ${equal}`);

      const drawn = await generate(device, model, sequences, { ...FULL, temperature: 1 });
      const seen = async () => {
        const answers = drawn.map(({ tokens }, i) => ({
          prompt: rows[i].prompt,
          response: tokens,
        }));
        return [...(await learner.logProbs(tokenBatch(answers))).logProb];
      };
      const said = drawn.flatMap(({ logProbs }) => logProbs);
      assert.ok(distance(said, await seen()) <= EPSILON[type]);
      // An update is seen by the next draw, and by the next look.
      await learner.accumulate(batch, { weight });
      await learner.update(1e-2);
      const after = await generate(device, model, sequences, { ...FULL, temperature: 1 });
      assert.notDeepEqual(after.flatMap(({ logProbs }) => logProbs), said);
      assert.ok(distance(await seen(), said) > 8 * EPSILON[type]);
    }
  });
}

async function generate(
  device: Device,
  { config, weights, adapter }: DeviceModel,
  sequences: Sequence[],
  how: typeof FULL,
) {
  using generator = new Generator(device, config, weights, [], 3, undefined, adapter);
  return await generator.generate(sequences, how);
}

deviceTest("half precision: masters keep what their copy cannot show", async (device) => {
  for (const type of types(device)) {
    using trained = learning(device, models.tied, type);
    const { model: { weights }, learner } = trained;
    const before = await weights.data.read();
    await learner.accumulate(batch, { weight });
    const { logProb } = await learner.logProbs(batch);
    for (let step = 0; step < 3; step++) {
      await learner.accumulate(batch, { weight });
      await learner.update(1e-6);
    }
    const after = await weights.data.read();
    const moved = after.filter((x, i) => x !== before[i]).length;
    assert.ok(moved > 0.9 * weights.layout.parameters, `${moved} of ${after.length}`);
    const shown = (data: Float32Array) => halfBits(data, type);
    const old = shown(before);
    assert.ok(shown(after).filter((x, i) => x !== old[i]).length < 0.25 * moved);
    assert.ok(distance((await learner.logProbs(batch)).logProb, logProb) < EPSILON[type]);
  }
});
