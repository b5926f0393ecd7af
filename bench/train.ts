/**
 * A full training step (forward, GRPO's clipped loss, backward, clipping, AdamW) against PyTorch eager with
 * transformers' Qwen2, scaled dot product attention and the faster AdamW, float32, response-only logits on both sides.
 *
 *     deno run -A bench/train.ts [--threads 2] [--case 88M] [--json]
 */

import type { Device } from "../gpu/device.ts";
import { LocalDevice } from "../gpu/local_device.ts";
import { type DeviceModel, Learner, placeModel, together, tokenBatch } from "../gpu/model/mod.ts";
import { policyLoss } from "../trainer/algorithm/policy_loss.ts";
import { bench, type Case, type Spent } from "./harness.ts";
import { CLIPPED_LOSS, randomModel, randomTokens, type Shape } from "./model.ts";
import { Peer } from "./peer.ts";

/** A model and a batch. */
export interface Size {
  name: string;
  shape: Shape;
  rows: number;
  /** Tokens of a row; the second half is the response. */
  length: number;
  /** Steps a turn. */
  steps: number;
}

export const SIZES: Size[] = [
  {
    name: "train 1M",
    shape: { vocab: 64, hidden: 128, layers: 4, heads: 4, kvHeads: 2, intermediate: 512 },
    rows: 64,
    length: 64,
    steps: 3,
  },
  {
    name: "train 6M",
    shape: { vocab: 512, hidden: 256, layers: 6, heads: 4, kvHeads: 2, intermediate: 1024 },
    rows: 32,
    length: 128,
    steps: 1,
  },
  {
    name: "train 88M",
    shape: { vocab: 32000, hidden: 896, layers: 4, heads: 14, kvHeads: 2, intermediate: 4864 },
    rows: 2,
    length: 256,
    steps: 1,
  },
];

/** Steps on a device, ready to be taken. */
export function training(
  { shape, rows, length, steps }: Size,
  device: Device,
  { config, weights }: DeviceModel = placeModel(device, randomModel(shape)),
) {
  const learner = new Learner(device, config, weights, policyLoss(CLIPPED_LOSS), {
    optimizer: {},
  });
  const all = randomTokens(rows, length, shape.vocab).map((row) => ({
    prompt: row.slice(0, length / 2),
    response: row.slice(length / 2),
  }));
  const total = rows * length / 2;
  // As the policy does it: micro-batches of the size that suits the device.
  const parts = learner.microBatches(all).map((indices) => {
    const batch = tokenBatch(indices.map((i) => all[i]));
    const each = (value: (row: number) => number) =>
      Float32Array.from(indices.flatMap((i) => all[i].response.map(() => value(i))));
    const inputs = {
      advantage: each(Math.sin),
      refined: each(() => 0),
      weight: each(() => 1 / total),
      share: each(() => 1 / total),
      oldLogProb: each(() => -Math.log(shape.vocab)),
    };
    return { batch, inputs };
  });
  return {
    learner,
    turn: async () => {
      for (let i = 0; i < steps; i++) {
        await together(parts.map(({ batch, inputs }) => learner.accumulate(batch, inputs)));
        await learner.update(1e-6);
      }
    },
  };
}

const cases: Case[] = SIZES.map((size) => ({
  name: size.name,
  unit: "ms",
  prepare: async (settings) => {
    const { learner, turn } = training(size, new LocalDevice(settings));
    const peer = await Peer.start("train_peer.py");
    const { shape, rows, length, steps } = size;
    const prepared = await peer.ask<
      { parameters: number; optimizers: { default: number; fused: number } }
    >({ do: "prepare", shape, rows, length, threads: settings.threads });
    const { parameters } = learner.weights.layout;
    if (parameters !== prepared.parameters) {
      throw new Error(`The models differ: ${parameters} and ${prepared.parameters} parameters`);
    }
    const { default: plain, fused } = prepared.optimizers;
    return {
      amount: steps,
      ours: turn,
      peer: () => peer.ask<Spent>({ do: "step", steps }),
      notes: [
        `${parameters} parameters`,
        `peer's AdamW: ${fused <= plain ? "fused" : "default"} (${
          (1000 * plain).toFixed(0)
        } ms by ` +
        `default, ${(1000 * fused).toFixed(0)} fused)`,
      ],
      async [Symbol.asyncDispose]() {
        learner[Symbol.dispose]();
        await peer[Symbol.asyncDispose]();
      },
    };
  },
}));

async function versions(): Promise<Record<string, string>> {
  await using peer = await Peer.start("train_peer.py");
  return await peer.ask({ do: "versions" });
}

if (import.meta.main) {
  await bench({
    name: "train",
    title: "A training step beside PyTorch",
    about:
      "forward, GRPO's clipped loss, backward, clipping and AdamW, float32, logits only where a response token " +
      "is predicted, against PyTorch eager with transformers' Qwen2. Emend also returns every token's entropy.",
    versions,
    cases,
  });
}
