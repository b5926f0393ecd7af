/**
 * Sampling with the log-probability of each drawn token, against transformers' generate(), float32, temperature 1.
 *
 *     deno run -A bench/rollout.ts [--threads 2] [--case varied] [--json]
 *
 * Where lengths vary, both sides get the same list of lengths (exponential, cut at the maximum): generate() runs a
 * batch until its longest row is done, Emend gives a free slot to the next prompt. The peer may choose its batch size.
 */

import { Device } from "../gpu/device.ts";
import { Generator } from "../gpu/model/mod.ts";
import { deriveSeed, Random, uniform } from "../trainer/seed.ts";
import { bench, type Case, type Spent } from "./harness.ts";
import { randomModel, randomTokens, type Shape } from "./model.ts";
import { Peer } from "./peer.ts";

interface Load {
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

const LOADS: Load[] = [
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

const cases: Case[] = LOADS.map(({ name, shape, promptLength, lengths, slots, batches }) => ({
  name,
  unit: "tokens/s",
  prepare: async ({ threads }) => {
    const { config, weights } = randomModel(shape);
    const generator = new Generator(new Device({ threads }), config, weights, [], slots);
    const prompts = randomTokens(lengths.length, promptLength, shape.vocab);
    const sequences = prompts.map((prompt, i) => ({
      prompt,
      maxTokens: lengths[i],
      draw: (t: number) => uniform(deriveSeed("draw", i), t),
    }));
    const total = lengths.reduce((sum, n) => sum + n, 0);
    const peer = await Peer.start("rollout_peer.py");
    const { parameters, tried } = await peer.ask<
      { parameters: number; tried: Record<string, number> }
    >({ do: "prepare", shape, promptLength, lengths, batches, threads });
    if (parameters !== weights.layout.parameters) {
      throw new Error(
        `The models differ: ${weights.layout.parameters} and ${parameters} parameters`,
      );
    }
    return {
      amount: total,
      ours: async () => {
        const drawn = await generator.generate(sequences, { temperature: 1, topP: 1, topK: 0 });
        const tokens = drawn.reduce((sum, { logProbs }) => sum + logProbs.length, 0);
        if (tokens !== total) throw new Error(`${tokens} tokens were drawn instead of ${total}`);
      },
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
