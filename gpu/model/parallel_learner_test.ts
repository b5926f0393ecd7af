/** Learning on two ranks by the real MPICH, against learning on one device. */

import assert from "node:assert/strict";
import { Random } from "../../trainer/seed.ts";
import type { Device } from "../device.ts";
import * as g from "../graph/mod.ts";
import { onRank } from "../group/device_group.ts";
import { LocalDevice } from "../local_device.ts";
import { openDevice } from "../sidecar/open.ts";
import { mpiTest } from "../testing/mpi.ts";
import type { Model } from "./checkpoint.ts";
import { placeModel } from "./device_parameters.ts";
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

/** The norms and losses of some updates, the weights and the moments. */
async function learned(device: Device, model: Model, checkpointing: boolean) {
  using placed = placeModel(device, model);
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
  const { m, v } = learner.moments();
  const arrays = await Promise.all([learner.trained.data, m.data, v.data].map((a) => a.read()));
  const elsewhere = await onRank(learner.trained.data, 1).read();
  return { said: Float32Array.from(said), arrays, elsewhere };
}

function near(found: Float32Array, wanted: Float32Array): void {
  const scale = Math.max(...wanted.map(Math.abs));
  assert.equal(found.length, wanted.length);
  found.forEach((x, i) =>
    assert.ok(Math.abs(x - wanted[i]) <= 3e-6 * scale, `${x}, not ${wanted[i]}`)
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
    assert.deepEqual(found.elsewhere, found.arrays[0], "both ranks have the same weights");
  }
});

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
