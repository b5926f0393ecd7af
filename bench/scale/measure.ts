/**
 * What of a cluster can be measured on one machine: what the run's own process spends on a token of a rank's rollouts,
 * and how fast MPICH sums between sidecars.
 */

import { cpuUsage } from "node:process";
import { Generator, placeModel } from "../../gpu/model/mod.ts";
import { onRank, ranksOf } from "../../gpu/group/device_group.ts";
import { openDevice } from "../../gpu/sidecar/open.ts";
import { deriveSeed, uniform } from "../../trainer/seed.ts";
import { randomModel, randomTokens } from "../model.ts";

const SHAPE = { vocab: 64, hidden: 32, layers: 1, heads: 1, kvHeads: 1, intermediate: 32 };
const TOKENS = 256, REPEATS = 5;

/** Processor microseconds of this process for each token of so many sequences that a rank decodes; the least of five. */
export async function decodedToken(rows: number): Promise<number> {
  using device = await openDevice("sidecar", { threads: 1 });
  using model = placeModel(device, randomModel(SHAPE));
  using generator = new Generator(device, model.config, model.weights, [], rows);
  const sequences = randomTokens(rows, 8, SHAPE.vocab).map((prompt, i) => {
    const seed = deriveSeed("draw", i);
    return { prompt, maxTokens: TOKENS, draw: (t: number) => uniform(seed, t) };
  });
  const turn = () => generator.generate(sequences, { temperature: 1, topP: 1, topK: 0 });
  await turn();
  let least = Infinity;
  for (let i = 0; i < REPEATS; i++) {
    const before = cpuUsage();
    await turn();
    const { user, system } = cpuUsage(before);
    least = Math.min(least, (user + system) / rows / TOKENS);
  }
  return least;
}

/** Gigabytes a second of an array that is summed and gathered again between sidecars (bytes · (n − 1)/n each way). */
export async function sums(ranks: number, elements: number): Promise<number> {
  using group = await openDevice(Array(ranks).fill("sidecar"), { threads: 1 });
  const devices = ranksOf(group);
  using whole = group.array(elements);
  let least = Infinity;
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await Promise.all(devices.map(async ({ collective }, rank) => {
      await collective!.reduceScatter(onRank(whole, rank));
      await collective!.allGather(onRank(whole, rank));
    }));
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return 2 * 4 * elements * (ranks - 1) / ranks / least / 1e9;
}
