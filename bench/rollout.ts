/**
 * Sampling with the log-probability of each drawn token, against transformers' generate(), float32, temperature 1.
 *
 *     deno run -A bench/rollout.ts [--threads 2] [--case varied] [--json]
 *
 * Where lengths vary, both sides get the same list of lengths (exponential, cut at the maximum): generate() runs a
 * batch until its longest row is done, Emend gives a free slot to the next prompt. The peer may choose its batch size.
 */

import type { Device } from "../gpu/device.ts";
import { LocalDevice } from "../gpu/local_device.ts";
import { type DeviceModel, Generator, placeModel } from "../gpu/model/mod.ts";
import { deriveSeed, Random, uniform } from "../trainer/seed.ts";
import { bench, type Case, type Spent } from "./harness.ts";
import { randomModel, randomTokens, type Shape } from "./model.ts";
import { Peer } from "./peer.ts";

/** A model and what is asked of it. */
export interface Load {
  name: string;
  shape: Shape;
  promptLength: number;
  /** Tokens to draw, by sequence. */
  lengths: number[];
  /** Most sequences in flight on our side. */
  slots: number;
  /** Batch sizes that the peer may choose from. */
  batches: number[];
}

const SMALL = { vocab: 64, hidden: 128, layers: 4, heads: 4, kvHeads: 2, intermediate: 384 };
const MEDIUM = { vocab: 512, hidden: 256, layers: 6, heads: 8, kvHeads: 2, intermediate: 768 };

export const LOADS: Load[] = [
  {
    name: "rollout d128",
    shape: SMALL,
    promptLength: 16,
    lengths: Array(64).fill(64),
    slots: 64,
    batches: [64],
  },
  {
    name: "rollout d256",
    shape: MEDIUM,
    promptLength: 64,
    lengths: Array(32).fill(128),
    slots: 32,
    batches: [32],
  },
  {
    name: "rollout d128 varied",
    shape: SMALL,
    promptLength: 16,
    lengths: exponential(256, 48, 256),
    slots: 64,
    batches: [64, 256],
  },
];

/** `n` lengths with that mean, cut at `most`. */
function exponential(n: number, mean: number, most: number): number[] {
  const random = new Random(deriveSeed("lengths"));
  return Array.from(
    { length: n },
    () => Math.min(most, Math.ceil(-mean * Math.log(1 - random.next()) + 1e-9)),
  );
}

/** Continuations on a device, ready to be drawn. */
export function drawing(
  { shape, promptLength, lengths, slots }: Load,
  device: Device,
  { config, weights }: DeviceModel = placeModel(device, randomModel(shape)),
) {
  const generator = new Generator(device, config, weights, [], slots);
  const prompts = randomTokens(lengths.length, promptLength, shape.vocab);
  const sequences = prompts.map((prompt, i) => ({
    prompt,
    maxTokens: lengths[i],
    draw: (t: number) => uniform(deriveSeed("draw", i), t),
  }));
  const total = lengths.reduce((sum, n) => sum + n, 0);
  const turn = async (): Promise<void> => {
    const drawn = await generator.generate(sequences, { temperature: 1, topP: 1, topK: 0 });
    const tokens = drawn.reduce((sum, { logProbs }) => sum + logProbs.length, 0);
    if (tokens !== total) throw new Error(`${tokens} tokens were drawn instead of ${total}`);
  };
  return { generator, turn, total };
}

const cases: Case[] = LOADS.map((load) => ({
  name: load.name,
  unit: "tokens/s",
  prepare: async ({ threads }) => {
    const { shape, promptLength, lengths, batches } = load;
    const { generator, turn, total } = drawing(load, new LocalDevice({ threads }));
    const peer = await Peer.start("rollout_peer.py");
    const { parameters, tried } = await peer.ask<
      { parameters: number; tried: Record<string, number> }
    >({ do: "prepare", shape, promptLength, lengths, batches, threads });
    const mine = generator.weights.layout.parameters;
    if (parameters !== mine) {
      throw new Error(
        `The models differ: ${mine} and ${parameters} parameters`,
      );
    }
    return {
      amount: total,
      ours: turn,
      peer: () => peer.ask<Spent>({ do: "run" }),
      notes: [
        `${total} tokens`,
        `peer's best of ${
          Object.entries(tried).map(([how, s]) => `${how} ${s.toFixed(2)} s`).join(", ")
        }`,
      ],
      async [Symbol.asyncDispose]() {
        generator[Symbol.dispose]();
        await peer[Symbol.asyncDispose]();
      },
    };
  },
}));

async function versions(): Promise<Record<string, string>> {
  await using peer = await Peer.start("rollout_peer.py");
  return await peer.ask({ do: "versions" });
}

if (import.meta.main) {
  await bench({
    name: "rollout",
    title: "Rollouts beside transformers' generate()",
    about: "sampling at temperature 1 with the log-probability of each drawn token, float32.",
    versions,
    cases,
  });
}
