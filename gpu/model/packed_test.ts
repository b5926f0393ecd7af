/** Weights that are packed for long rollouts. */

import assert from "node:assert/strict";
import { Random } from "../../trainer/seed.ts";
import type { Device, Program } from "../device.ts";
import { deviceTest } from "../testing/devices.ts";
import { placeModel } from "./device_parameters.ts";
import { Generator } from "./generator.ts";
import { Learner } from "./learner.ts";
import { initializeAdapter } from "./lora.ts";
import {
  close,
  drawing,
  FULL,
  place,
  same,
  trainingLogProbs,
  VOCABULARY,
} from "./testing/generating.ts";
import { tinyModel } from "./testing/tiny.ts";
import { tokenBatch } from "./token_batch.ts";

/** Counts the graphs whose weights were packed. */
function counting(device: Device): Device & { packed: number } {
  const counted = {
    provider: device.provider,
    lanes: device.lanes,
    packed: 0,
    compile(...[graph, externals, options]: Parameters<Device["compile"]>): Program {
      if (Object.keys(externals ?? {}).length > 0) counted.packed++;
      return device.compile(graph, externals, options);
    },
    array: device.array.bind(device),
    place: device.place.bind(device),
    copy: device.copy.bind(device),
    runAll: device.runAll.bind(device),
    decode: device.decode?.bind(device),
    [Symbol.dispose]() {},
  };
  return counted;
}

/** A GPU has no use for it. */
const packs = ({ provider }: Device, times: number) => provider === "CPU" ? times : 0;

for (const headSize of [32, 24]) {
  deviceTest(
    `long rollouts with packed weights see each update (heads of ${headSize})`,
    async (device) => {
      using model = place(
        device,
        tinyModel({
          hiddenSize: 192,
          headSize,
          layers: 4,
          vocabSize: VOCABULARY,
          maxPositions: 128,
        }),
      );
      const counted = counting(device);
      using g = new Generator(counted, model.config, model.weights, [], 64);
      const sequences = Array.from({ length: 64 }, (_, i) => ({
        prompt: [i % VOCABULARY, 1, 2].slice(0, 1 + i % 3),
        maxTokens: 110,
        draw: drawing(i),
      }));
      const CHECKED = 4;
      const matchesTraining = async () => {
        const found = (await g.generate(sequences, FULL)).slice(0, CHECKED);
        const rows = found.map(({ tokens }, i) => ({
          prompt: sequences[i].prompt,
          response: tokens,
        }));
        const wanted = await trainingLogProbs(model, rows, FULL.temperature);
        close(found.map((c) => c.logProbs), wanted, 1e-4);
        return found;
      };
      const before = await matchesTraining();
      assert.equal(counted.packed, packs(device, 1));
      // A few short ones are not worth packing, and come out the same.
      const few = sequences.slice(0, CHECKED).map((s) => ({ ...s, maxTokens: 5 }));
      same(
        await g.generate(few, FULL),
        before.map(({ tokens, logProbs }) => ({
          tokens: tokens.slice(0, 5),
          logProbs: logProbs.slice(0, 5),
          ended: false,
        })),
      );
      assert.equal(counted.packed, packs(device, 1));

      const { data } = model.weights;
      await data.write((await data.read()).map((x) => 1.05 * x));
      const after = await matchesTraining();
      assert.equal(counted.packed, packs(device, 2));
      assert.notDeepEqual(after.map((c) => c.tokens), before.map((c) => c.tokens));
    },
  );
}

deviceTest(
  "below an adapter the weights are packed once, and each of its updates is seen",
  async (device) => {
    const sizes = { hiddenSize: 192, layers: 4, vocabSize: VOCABULARY, maxPositions: 128 };
    const hosted = tinyModel(sizes), random = new Random(11);
    const settings = { rank: 4, alpha: 8, targets: ["q_proj", "up_proj"] as const };
    const fresh = initializeAdapter(hosted.config, settings, "", () => random.next());
    using model = placeModel(device, { ...hosted, adapter: fresh });
    const { config, weights, adapter } = model;
    const counted = counting(device);
    using g = new Generator(counted, config, weights, [], 64, undefined, adapter);
    const sequences = Array.from({ length: 64 }, (_, i) => ({
      prompt: [i % VOCABULARY, 1, 2],
      maxTokens: 110,
      draw: drawing(i),
    }));
    const objective = () => {
      throw new Error("nothing is trained here");
    };
    using learner = new Learner(device, config, weights, objective, { adapter, optimizer: {} });
    const tokens: number[][] = [];
    for (const spread of [0, 0.3]) {
      for (const [name, { data }] of adapter!.weights.tensors()) {
        if (!name.includes("lora_B")) continue;
        await data.write(
          Float32Array.from({ length: data.length }, () => spread * random.normal()),
        );
      }
      const [found] = await g.generate(sequences, { ...FULL, temperature: 1 });
      const row = { prompt: sequences[0].prompt, response: found.tokens };
      const { logProb } = await learner.logProbs(tokenBatch([row]));
      close([found.logProbs], [[...logProb]], 1e-4);
      tokens.push(found.tokens);
    }
    assert.notDeepEqual(tokens[0], tokens[1]);
    assert.equal(counted.packed, packs(device, 1));
  },
);
