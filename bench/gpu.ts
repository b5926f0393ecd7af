/**
 * A sidecar on a GPU: decoding, training, memory. Writes `bench/results/gpu.md`. Without a GPU the same code runs in a
 * sidecar with the CPU, which shows that it runs and nothing about its speed; what takes a GPU is "not measured" then.
 */

import { findLibraries } from "../gpu/cuda/libraries.ts";
import type { SidecarDevice } from "../gpu/sidecar/client.ts";
import { openDevice } from "../gpu/sidecar/open.ts";
import { command, count } from "./command.ts";
import { drawing, LOADS } from "./rollout.ts";
import { SIZES, training } from "./train.ts";

const RESULTS = new URL("results/gpu.md", import.meta.url);
const NOT = "not measured";

/** What a device did. */
interface Measured {
  decode: number;
  train: number;
  /** Share of the card's peak, at 6 operations a parameter and token. */
  mfu: number | undefined;
  /** Bytes. */
  memory: number | undefined;
}

async function best(turn: () => Promise<void>, repeats: number): Promise<number> {
  await turn();
  let least = Infinity;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await turn();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

async function measure(name: string, repeats: number, peak: number): Promise<Measured> {
  using device = await openDevice(name) as SidecarDevice;
  const load = LOADS.find(({ name }) => name === "rollout d256")!;
  const size = SIZES.find(({ name }) => name === "train 6M")!;
  const rollout = drawing(load, device), { turn, learner } = training(size, device);
  const decode = rollout.total / await best(rollout.turn, repeats);
  const train = size.steps * size.rows * size.length / await best(turn, repeats);
  const operations = 6 * learner.weights.layout.parameters * train;
  const { pid } = device.connection.welcome;
  return {
    decode,
    train,
    mfu: peak > 0 ? operations / (1e12 * peak) : undefined,
    memory: name === "sidecar" ? residentPeak(pid) : await gpuMemory(pid),
  };
}

/** The most memory that a process has had (Linux). */
function residentPeak(pid: number): number | undefined {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
}

async function nvidiaSmi(query: string): Promise<string[]> {
  const args = [query, "--format=csv,noheader,nounits"];
  const { stdout } = await new Deno.Command("nvidia-smi", { args }).output();
  return new TextDecoder().decode(stdout).trim().split("\n");
}

async function gpuMemory(pid: number): Promise<number | undefined> {
  const lines = await nvidiaSmi("--query-compute-apps=pid,used_memory");
  const own = lines.find((line) => line.startsWith(`${pid},`));
  return own === undefined ? undefined : 2 ** 20 * Number(own.split(",")[1]);
}

/** Why no GPU can be measured here, or undefined. */
function noGpu(): string | undefined {
  const libraries = findLibraries();
  if (!libraries) return "no ONNX Runtime with CUDA is installed";
  if (libraries.missing.length > 0) return `${libraries.missing.join(", ")} missing`;
  return undefined;
}

function row(what: string, m: Measured | undefined): string {
  const cells = m === undefined ? Array(4).fill(NOT) : [
    `${m.decode.toFixed(0)} tokens/s`,
    `${m.train.toFixed(0)} tokens/s`,
    m.mfu === undefined ? NOT : `${(100 * m.mfu).toFixed(1)}%`,
    m.memory === undefined ? NOT : `${(m.memory / 1e6).toFixed(0)} MB`,
  ];
  return `| ${what} | ${cells.join(" | ")} |`;
}

const USAGE = `A sidecar on a GPU: decoding, training, memory. Writes bench/results/gpu.md.

  deno task bench:gpu [options]

  --device NAME    default cuda:0
  --peak TFLOPS    of the card, in float32: its share that is used is told then
  --repeats N      turns; default 3`;

async function main(values: { device: string; peak: string; repeats: string }): Promise<void> {
  const why = noGpu(), repeats = count("repeats", values.repeats), peak = Number(values.peak);
  if (!(peak >= 0)) {
    throw new Error(`Cannot use --peak=${values.peak}: it must be a number, such as 60`);
  }
  const onGpu = why ? undefined : await measure(values.device, repeats, peak);
  const onCpu = await measure("sidecar", repeats, 0);
  const card = why ? `CUDA (${why})` : (await nvidiaSmi("--query-gpu=name")).join(", ");
  const text = `# A sidecar on a GPU

Written by \`deno task bench:gpu\`, ${
    new Date().toISOString().slice(0, 10)
  }, Deno ${Deno.version.deno}.
Decoding: ${LOADS[1].name}; training: ${
    SIZES[1].name
  } (\`bench/rollout.ts\`, \`bench/train.ts\`); best of ${repeats} turns.

| | decoding | training | MFU | peak memory |
| --- | --- | --- | --- | --- |
${row(card, onGpu)}
| PyTorch and transformers on the same card | ${Array(4).fill(NOT).join(" | ")} |
${row("sidecar with the CPU provider: that the code runs, no more", onCpu)}

## What has never run

No GPU was at hand when this was written: ${
    why ? "nothing here has run on one" : "this is the first run on one"
  }.
What was tried without one: device arrays known by their address, with libc's memory in the GPU's place
(\`gpu/cuda/pointer_array_test.ts\`); setting up from PyPI's real onnxruntime-gpu 1.30.0 and reading what its provider needs;
CUDA's real runtime library, which loads and reports that there is no driver.

Known gaps: ONNX Runtime's \`GroupQueryAttention\` has CUDA kernels for half precision alone, so decoding, whose cache is
float32, is refused there or falls back to the CPU; shapes are not bucketed; there is no CUDA graph. With a card,
\`EMEND_CUDA=1 deno task test\` runs the device tests there, and counts the copies that ONNX Runtime puts into the graphs.
`;
  await Deno.writeTextFile(RESULTS, text);
  console.log(text);
}

if (import.meta.main) {
  await command(USAGE, {
    device: { type: "string", default: "cuda:0" },
    peak: { type: "string", default: "0" },
    repeats: { type: "string", default: "3" },
  }, main);
}
