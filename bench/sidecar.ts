/**
 * What a sidecar costs: the same work in this process and in a child with a CPU, in turns (A B A B …).
 *
 *     deno run -A bench/sidecar.ts [--threads 2] [--repeats 7]
 */

import { parseArgs } from "node:util";
import { availableParallelism, loadavg } from "node:os";
import type { Device } from "../gpu/device.ts";
import { openDevice } from "../gpu/sidecar/open.ts";
import { drawing, LOADS } from "./rollout.ts";
import { SIZES, training } from "./train.ts";

const WORK: { name: string; prepare: (device: Device) => () => Promise<void> }[] = [
  ...SIZES.slice(0, 2).map((size) => ({
    name: size.name,
    prepare: (device: Device) => training(size, device).turn,
  })),
  ...LOADS.slice(0, 2).map((load) => ({
    name: load.name,
    prepare: (device: Device) => drawing(load, device).turn,
  })),
];

/** The least milliseconds of a turn, in each place. */
export async function compare(
  prepare: (device: Device) => () => Promise<void>,
  devices: readonly Device[],
  repeats: number,
): Promise<number[]> {
  const turns = devices.map(prepare), least = devices.map(() => Infinity);
  for (const turn of turns) await turn();
  for (let i = 0; i < repeats; i++) {
    for (const [k, turn] of turns.entries()) {
      const start = performance.now();
      await turn();
      least[k] = Math.min(least[k], performance.now() - start);
    }
  }
  return least;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      threads: { type: "string", default: String(availableParallelism()) },
      repeats: { type: "string", default: "7" },
    },
  });
  const threads = Number(values.threads), repeats = Number(values.repeats);
  console.log(
    `${threads} threads, load ${loadavg()[0].toFixed(1)}, best of ${repeats} turns in each place`,
  );
  using here = await openDevice("cpu", { threads });
  using there = await openDevice("sidecar", { threads });
  for (const { name, prepare } of WORK) {
    const [a, b] = await compare(prepare, [here, there], repeats);
    console.log(
      `${name.padEnd(14)} in this process ${a.toFixed(1).padStart(7)} ms, in a sidecar ${
        b.toFixed(1).padStart(7)
      } ms: ${(100 * (b / a - 1)).toFixed(1)}%`,
    );
  }
}

if (import.meta.main) await main();
