/**
 * What a sidecar costs: the same work in this process and in a child with a CPU, in turns (A B A B …).
 */

import { cpuUsage } from "node:process";
import { availableParallelism, loadavg } from "node:os";
import type { Device } from "../gpu/device.ts";
import { SidecarDevice } from "../gpu/sidecar/client.ts";
import { placeModel } from "../gpu/model/mod.ts";
import { openDevice } from "../gpu/sidecar/open.ts";
import { command, count } from "./command.ts";
import { randomModel } from "./model.ts";
import { drawing, LOADS } from "./rollout.ts";
import { SIZES, training } from "./train.ts";

const WORK: { name: string; prepare: (device: Device) => () => Promise<void> }[] = [
  ...SIZES.slice(0, 2).map((size) => ({
    name: size.name,
    prepare: (device: Device) => training(size, device).turn,
  })),
  ...LOADS.map((load) => ({
    name: load.name,
    prepare: (device: Device) => drawing(load, device).turn,
  })),
  { name: "step 6M", prepare: step },
];

/** What a run does again and again: a rollout, then gradients and an update of the same weights. */
function step(device: Device): () => Promise<void> {
  const size = SIZES[1], { shape } = size, model = placeModel(device, randomModel(shape));
  const rollout = drawing({ ...LOADS[1], shape }, device, model);
  const { turn: learn } = training(size, device, model);
  return async () => {
    await rollout.turn();
    await learn();
  };
}

/** A turn's cost: by the clock, and of all threads of all processes that take part, in milliseconds. */
interface Cost {
  wall: number;
  processor: number;
}

/** Milliseconds of processor time that another process has spent (Linux: in ticks of 10 ms). */
function spentBy(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const [user, system] = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 14).map(Number);
  return 10 * (user + system);
}

/** The least that a turn cost in each place. */
async function compare(
  prepare: (device: Device) => () => Promise<void>,
  devices: readonly Device[],
  repeats: number,
): Promise<Cost[]> {
  const places = devices.map((device) => ({
    turn: prepare(device),
    pid: device instanceof SidecarDevice ? device.connection.welcome.pid : undefined,
    least: { wall: Infinity, processor: Infinity },
  }));
  for (const { turn } of places) await turn();
  for (let i = 0; i < repeats; i++) {
    for (const { turn, pid, least } of places) {
      const start = performance.now(), before = cpuUsage(), there = pid ? spentBy(pid) : 0;
      await turn();
      const { user, system } = cpuUsage(before);
      const processor = (user + system) / 1000 + (pid ? spentBy(pid) - there : 0);
      least.wall = Math.min(least.wall, performance.now() - start);
      least.processor = Math.min(least.processor, processor);
    }
  }
  return places.map(({ least }) => least);
}

const USAGE =
  `What a sidecar costs: the same work in this process and in a child with a CPU, in turns.

  deno task bench:sidecar [options]

  --json         print [{"case", "ours", "peer", "ratio"}] and nothing else: ms in the sidecar, ms in this process
  --threads N    of either side; default ${availableParallelism()}
  --repeats N    turns; default 7
  --case TEXT    only cases with TEXT in their names: ${WORK.map(({ name }) => name).join(", ")}`;

async function main(
  values: { json: boolean; threads: string; repeats: string; case: string },
): Promise<void> {
  const threads = count("threads", values.threads), repeats = count("repeats", values.repeats);
  const say = values.json ? console.error : console.log;
  say(
    `${threads} threads, load ${loadavg()[0].toFixed(1)}, least of ${repeats} turns in each place`,
  );
  using here = await openDevice("cpu", { threads });
  using there = await openDevice("sidecar", { threads });
  const results: { case: string; ours: number; peer: number; ratio: number }[] = [];
  for (const { name, prepare } of WORK.filter(({ name }) => name.includes(values.case))) {
    const [a, b] = await compare(prepare, [here, there], repeats);
    const told = (clock: keyof Cost) =>
      `${a[clock].toFixed(0).padStart(6)} ms here, ${
        b[clock].toFixed(0).padStart(6)
      } in a sidecar (${(100 * (b[clock] / a[clock] - 1)).toFixed(1)}%)`;
    say(`${name.padEnd(19)} clock ${told("wall")}; processors ${told("processor")}`);
    results.push({ case: name, ours: b.wall, peer: a.wall, ratio: a.wall / b.wall });
  }
  if (values.json) console.log(JSON.stringify(results));
}

if (import.meta.main) {
  await command(USAGE, {
    json: { type: "boolean", default: false },
    threads: { type: "string", default: String(availableParallelism()) },
    repeats: { type: "string", default: "7" },
    case: { type: "string", default: "" },
  }, main);
}
