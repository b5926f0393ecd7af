/** Learning on several ranks by the real MPICH, against learning on one device. */

import assert from "node:assert/strict";
import { Random } from "../../trainer/seed.ts";
import type { Device } from "../device.ts";
import * as g from "../graph/mod.ts";
import { onRank, ranksOf } from "../group/device_group.ts";
import { type FloatType, halfBits } from "../half.ts";
import { LocalDevice } from "../local_device.ts";
import { openDevice } from "../sidecar/open.ts";
import { mpiTest } from "../testing/mpi.ts";
import type { Model } from "./checkpoint.ts";
import { type DeviceParameters, placeModel } from "./device_parameters.ts";
import type { Objective } from "./training_graph.ts";
import { initializeAdapter } from "./lora.ts";
import { deal, ParallelLearner } from "./parallel_learner.ts";
import { tinyModel } from "./testing/tiny.ts";
import { tokenBatch, type TokenRow } from "./token_batch.ts";

const objective: Objective = ({ logProb, perToken }) => ({
  loss: g.sum(g.mul(perToken("weight"), logProb)),
});

const random = new Random(11);
const tokens = (count: number) => Array.from({ length: count }, () => random.int(40));
const row = (prompt: number, response: number): TokenRow => ({
  prompt: tokens(prompt),
  response: tokens(response),
});
/** Of the second batch's one row, one rank gets nothing. */
const BATCHES = [[row(3, 7), row(9, 2), row(1, 5), row(4, 6), row(2, 2)], [row(5, 6)]];

function adapted(): Model {
  const model = tinyModel();
  const settings = { rank: 3, alpha: 6, targets: ["q_proj", "down_proj"] as const };
  const draws = new Random(3);
  return { ...model, adapter: initializeAdapter(model.config, settings, "", () => draws.next()) };
}

/** All tensors, one after the other, wherever they lie. */
async function read(parameters: DeviceParameters): Promise<Float32Array> {
  const tensors = [...parameters.tensors().values()].map(({ data }) => data.read());
  return Float32Array.from((await Promise.all(tensors)).flatMap((tensor) => [...tensor]));
}

/** The norms and losses of some updates, the weights and the moments, and with what each rank computes. */
async function learned(
  device: Device,
  model: Model,
  checkpointing: boolean,
  type: FloatType = "float32",
) {
  using placed = placeModel(device, model, type);
  using learner = new ParallelLearner(device, placed, objective, {
    checkpointing,
    // Larger than the rest, ε keeps round-off in nearly vanishing gradients what it is.
    optimizer: { epsilon: 1e-3, maxNorm: 0.5 },
  });
  const said: number[] = [];
  for (const rows of [...BATCHES, ...BATCHES]) {
    const parts = await learner.share(rows, 30, async (rank, part) => {
      const batch = tokenBatch(part);
      const weight = Float32Array.from(batch.targets, (id) => Number(id) / 200);
      return (await rank.accumulate(batch, { weight })).loss[0];
    });
    assert.deepEqual(parts.flatMap(({ indices }) => indices).sort(), rows.map((_, i) => i));
    said.push(parts.reduce((sum, { result }) => sum + result, 0));
    said.push((await learner.update(1e-2)).gradientNorm);
  }
  assert.equal(learner.updates, 4);
  const { trained } = learner, { m, v } = learner.moments();
  const arrays = await Promise.all([trained, m, v].map(read));
  const operands = await Promise.all(
    ranksOf(device).map(async (_, i) => {
      const rank = trained.onRank(i);
      await rank.ready();
      const read = Object.entries(rank.operands()).map(async ([name, { data }]) =>
        [name, await data.read()] as const
      );
      return Object.fromEntries(await Promise.all(read));
    }),
  );
  const masters = await Promise.all(
    Object.entries(trained.blocks()).map(async ([name, { data }]) =>
      [name, await data.read()] as const
    ),
  );
  return { said: Float32Array.from(said), arrays, operands, masters: Object.fromEntries(masters) };
}

function near(found: Float32Array, wanted: Float32Array, tolerance = 3e-6): void {
  const scale = Math.max(...wanted.map(Math.abs));
  assert.equal(found.length, wanted.length);
  found.forEach((x, i) =>
    assert.ok(Math.abs(x - wanted[i]) <= tolerance * scale, `${x}, not ${wanted[i]}`)
  );
}

mpiTest("two ranks learn what one does: whole, by checkpoints, an adapter", async () => {
  using group = await openDevice(["sidecar", "sidecar"], { threads: 1 });
  const alone = new LocalDevice({ threads: 1 });
  for (
    const [model, checkpointing] of [[tinyModel, false], [tinyModel, true], [
      adapted,
      true,
    ]] as const
  ) {
    const wanted = await learned(alone, model(), checkpointing);
    const found = await learned(group, model(), checkpointing);
    near(found.said, wanted.said);
    found.arrays.forEach((array, i) => near(array, wanted.arrays[i]));
    assert.deepEqual(found.operands[1], found.operands[0], "both ranks have the same weights");
  }
});

for (const size of [2, 4]) {
  mpiTest(
    `${size} ranks with float32 factors in shares learn what one does that has all`,
    async () => {
      using group = await openDevice(Array(size).fill("sidecar"), { threads: 1 });
      const alone = new LocalDevice({ threads: 1 }), untied = () => tinyModel({ tied: false });
      for (
        const [model, checkpointing] of [[untied, false], [tinyModel, true], [
          adapted,
          true,
        ]] as const
      ) {
        const wanted = await learned(alone, model(), checkpointing, "float16");
        const found = await learned(group, model(), checkpointing, "float16");
        // A factor that is rounded to the other side is off by 2^-11.
        near(found.said, wanted.said, 1e-3);
        found.arrays.forEach((array, i) => near(array, wanted.arrays[i], 1e-3));
        for (const operands of found.operands) {
          for (const [name, master] of Object.entries(found.masters)) {
            const half = operands[name] instanceof Uint16Array;
            assert.deepEqual(operands[name], half ? halfBits(master, "float16") : master, name);
          }
        }
      }
    },
  );
}

mpiTest("a gradient that is not finite on one rank changes nothing on any", async () => {
  using group = await openDevice(["sidecar", "sidecar"], { threads: 1 });
  using model = placeModel(group, tinyModel());
  using learner = new ParallelLearner(group, model, objective, { optimizer: {} });
  const before = await model.weights.data.read();
  let first = true;
  await learner.share(BATCHES[0], 1000, (rank, part) => {
    const batch = tokenBatch(part);
    const weight = new Float32Array(batch.targets.length).fill(first ? NaN : 1);
    first = false;
    return rank.accumulate(batch, { weight });
  });
  assert.deepEqual(await learner.update(1e-2), { gradientNorm: NaN, applied: false });
  for (const rank of [0, 1]) {
    assert.deepEqual(await onRank(model.weights.data, rank).read(), before);
  }
  assert.equal(learner.updates, 0);
});

Deno.test("rows are dealt by their tokens, the same each time; a single rank gets them as they come", () => {
  const rows = [10, 1, 1, 7, 4, 5].map((n) => ({ prompt: tokens(n), response: tokens(1) }));
  assert.deepEqual(deal(rows, 1), [[0, 1, 2, 3, 4, 5]]);
  assert.deepEqual(deal(rows, 2), [[0, 2, 4], [1, 3, 5]]);
  assert.deepEqual(deal(rows.slice(0, 1), 3), [[0], [], []]);
});
