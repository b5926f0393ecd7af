/**
 * A sidecar on a GPU beside PyTorch and transformers on the same card: decoding, training, memory, in turns (A B A B …),
 * bfloat16 on both sides. Writes `bench/results/gpu.md`. Without a GPU the same code runs in a sidecar with the CPU, on
 * a smaller model, which shows that it runs and nothing about its speed; what takes a GPU is "not measured" then.
 *
 *     deno task bench:gpu [--setup] [--device cuda:0] [--peak TFLOPS] [--seconds 120] [--json]
 *
 * `--setup` fetches ONNX Runtime with CUDA first. `EMEND_PYTHON` names an interpreter that has torch and transformers.
 * A card is kept for `--seconds` after everything is loaded: turns are taken until they are over.
 */

import { findLibraries } from "../gpu/cuda/libraries.ts";
import type { FloatType } from "../gpu/graph/mod.ts";
import { placeModel } from "../gpu/model/mod.ts";
import type { SidecarDevice } from "../gpu/sidecar/client.ts";
import { openDevice } from "../gpu/sidecar/open.ts";
import { command, count } from "./command.ts";
import { gpuMemory, nvidiaSmi, residentPeak } from "./gpu_memory.ts";
import type { Spent } from "./harness.ts";
import { randomModel, type Shape } from "./model.ts";
import { Peer } from "./peer.ts";
import { drawing } from "./rollout.ts";
import { training } from "./train.ts";

const RESULTS = new URL("results/gpu.md", import.meta.url);
const NOT = "not measured";

/** What is asked of a side. */
interface Work {
  name: string;
  shape: Shape;
  type: FloatType;
  train: { rows: number; length: number; steps: number };
  decode: { prompts: number; promptLength: number; drawn: number };
}

/** Qwen2.5-0.5B's sizes. */
const ON_GPU: Work = {
  name: "Qwen2.5-0.5B's shape",
  shape: { vocab: 151936, hidden: 896, layers: 24, heads: 14, kvHeads: 2, intermediate: 4864 },
  type: "bfloat16",
  train: { rows: 16, length: 1024, steps: 2 },
  decode: { prompts: 64, promptLength: 256, drawn: 256 },
};

const ON_CPU: Work = {
  name: "6M parameters",
  shape: { vocab: 512, hidden: 256, layers: 6, heads: 4, kvHeads: 2, intermediate: 1024 },
  type: "float32",
  train: { rows: 32, length: 128, steps: 1 },
  decode: { prompts: 32, promptLength: 64, drawn: 32 },
};

/** Operations a second of dense bfloat16 products, in 10¹², by the vendor's datasheets. */
const PEAKS: [RegExp, number][] = [
  [/B200/, 2250],
  [/H[12]00|GH200/, 989],
  [/A100|A800/, 312],
  [/L40S/, 362],
  [/L4$/, 121],
  [/A10$/, 125],
];

/** What a side did. */
interface Measured {
  /** Tokens a second. */
  decode: number;
  /** Tokens a second, prompts included. */
  train: number;
  /** Share of the card's peak, at 6 operations a parameter and token. */
  mfu?: number;
  /** Bytes. */
  memory?: number;
}

/** A side that is ready to work. */
interface Side extends AsyncDisposable {
  parameters: number;
  /** Seconds of one turn. */
  decode(): Promise<number>;
  train(): Promise<number>;
  /** The most that was held so far, in bytes. */
  memory(): Promise<number | undefined>;
}

async function seconds(turn: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await turn();
  return (performance.now() - start) / 1000;
}

async function ours(name: string, { shape, type, train, decode }: Work): Promise<Side> {
  const device = await openDevice(name) as SidecarDevice;
  const model = placeModel(device, randomModel(shape), type);
  const { prompts, promptLength, drawn } = decode;
  const load = { name, shape, promptLength, lengths: Array(prompts).fill(drawn), slots: prompts };
  const rollout = drawing({ ...load, batches: [] }, device, model);
  const { turn, learner } = training({ name, shape, ...train }, device, model);
  const { pid } = device.connection.welcome;
  return {
    parameters: learner.weights.layout.parameters,
    decode: () => seconds(rollout.turn),
    train: () => seconds(turn),
    memory: () => name === "sidecar" ? residentPeak(pid) : gpuMemory(pid),
    [Symbol.asyncDispose]() {
      learner[Symbol.dispose]();
      rollout.generator[Symbol.dispose]();
      model[Symbol.dispose]();
      device[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

async function pytorch({ shape, train, decode }: Work): Promise<Side> {
  const peer = await Peer.start("gpu_peer.py");
  const { rows, length, steps } = train;
  const { parameters } = await peer.ask<{ parameters: number }>(
    { do: "prepare", shape, rows, length, ...decode },
  );
  const spent = async (command: { do: string; steps?: number }) =>
    (await peer.ask<Spent>(command)).seconds;
  return {
    parameters,
    decode: () => spent({ do: "decode" }),
    train: () => spent({ do: "step", steps }),
    memory: async () => (await peer.ask<{ bytes: number }>({ do: "memory" })).bytes,
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

/** Turns in turn, after one of each that nobody counts; the best of each side's count. */
async function measure(
  sides: readonly Side[],
  { train: { rows, length, steps }, decode: { prompts, drawn } }: Work,
  limit: number,
  peak: number | undefined,
): Promise<Measured[]> {
  const least = sides.map(() => ({ decode: Infinity, train: Infinity }));
  for (const side of sides) {
    await side.decode();
    await side.train();
  }
  const over = performance.now() + 1000 * limit;
  do {
    for (const [i, side] of sides.entries()) {
      least[i].decode = Math.min(least[i].decode, await side.decode());
      least[i].train = Math.min(least[i].train, await side.train());
    }
  } while (performance.now() < over);
  return await Promise.all(sides.map(async (side, i) => {
    const train = rows * length * steps / least[i].train;
    return {
      decode: prompts * drawn / least[i].decode,
      train,
      mfu: peak && 6 * side.parameters * train / (1e12 * peak),
      memory: await side.memory(),
    };
  }));
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

const described = ({ name, type, train, decode }: Work) =>
  `${name}, ${type}: ${decode.prompts} prompts of ${decode.promptLength} tokens, ${decode.drawn} drawn for each; ` +
  `updates by ${train.rows} rows of ${train.length} tokens`;

async function setUp(): Promise<void> {
  const args = ["task", "gpu:setup", "--libraries"];
  const { success } = await new Deno.Command("deno", { args, stdout: "inherit" }).spawn().status;
  if (!success) throw new Error("deno task gpu:setup --libraries failed");
}

const USAGE = `A sidecar on a GPU beside PyTorch on the same card. Writes bench/results/gpu.md.

  deno task bench:gpu [options]

  --setup          fetches ONNX Runtime with CUDA first
  --device NAME    default cuda:0
  --peak TFLOPS    of the card, in bfloat16: its share that is used is told then; known cards' is
  --seconds N      turns are taken for so long; default 120
  --json           prints the numbers alone`;

interface Asked {
  setup: boolean;
  device: string;
  peak: string;
  seconds: string;
  json: boolean;
}

async function main(values: Asked): Promise<void> {
  const seconds = count("seconds", values.seconds), given = Number(values.peak);
  if (!(given >= 0)) {
    throw new Error(`Cannot use --peak=${values.peak}: it must be a number, such as 990`);
  }
  if (values.setup && noGpu()) await setUp();
  const why = noGpu();
  const card = why ? `CUDA (${why})` : (await nvidiaSmi("--query-gpu=name")).join(", ");
  const results: Record<string, Measured | undefined> = {};
  if (!why) {
    const peak = given || PEAKS.find(([name]) => name.test(card))?.[1];
    await using emend = await ours(values.device, ON_GPU);
    await using peer = await pytorch(ON_GPU);
    if (emend.parameters !== peer.parameters) {
      throw new Error(`The models differ: ${emend.parameters} and ${peer.parameters} parameters`);
    }
    const measured = await measure([emend, peer], ON_GPU, seconds, peak);
    [results.emend, results.pytorch] = measured;
  }
  {
    await using emend = await ours("sidecar", ON_CPU);
    [results.cpu] = await measure([emend], ON_CPU, 5, undefined);
  }
  const text = `# A sidecar on a GPU

Written by \`deno task bench:gpu\`, ${
    new Date().toISOString().slice(0, 10)
  }, Deno ${Deno.version.deno}; the best of each side's turns.

| | decoding | training | MFU | peak memory |
| --- | --- | --- | --- | --- |
${row(card, results.emend)}
${row("PyTorch and transformers on the same card", results.pytorch)}
${row("sidecar with the CPU provider: that the code runs, no more", results.cpu)}

On a GPU: ${described(ON_GPU)}.
On the CPU: ${described(ON_CPU)}.
Training counts the tokens of prompts too; PyTorch computes by autocast with float32 weights and the fused AdamW, and
decodes by \`generate()\` from a bfloat16 copy (\`bench/gpu_peer.py\`, which has run on the CPU).

${why ? NEVER_RUN : "## What has run\n\nThis is the first run on a GPU."}

## Known gaps

In float32 ONNX Runtime's \`GroupQueryAttention\` has no CUDA kernel: decoding falls back to the CPU there, between copies.
Attention in training keeps its probabilities, [rows, heads, length, length] in bfloat16, and makes them in float32: the
memory of long rows is theirs. ONNX Runtime's kernels that do without have no gradient.
`;
  await Deno.writeTextFile(RESULTS, text);
  console.log(values.json ? JSON.stringify({ card, ...results }) : text);
}

const NEVER_RUN = `## What has never run

No GPU was at hand when this was written: no kernel has run here.
What was tried without one:

- training, decoding and AdamW in float16 on the CPU beside float32 (\`gpu/model/half_test.ts\`); bfloat16, for which the CPU
  has no kernels, differs from that in the type alone, and ONNX Runtime finds nothing wrong with its types;
- every operator of every graph, with its types, against ONNX Runtime's table of CUDA kernels (\`tests/cuda_graphs_test.ts\`);
- few shapes and captured steps on the CPU, where they change no result (\`gpu/model/buckets_test.ts\`,
  \`gpu/captured_binding_test.ts\`); that an address stays and that each set of shapes is a graph of its own;
- device arrays known by their address, with libc's memory in the GPU's place (\`gpu/cuda/pointer_array_test.ts\`);
- onnxruntime-gpu 1.30.0's own CUDA provider beside a CUDA that does nothing (\`tests/cuda_stub_slow.ts\`): it takes every
  graph in bfloat16 without a copy, runs training and decoding to their end, and captures and replays every kind of step;
  only the numbers are missing;
- setting up from PyPI's real onnxruntime-gpu 1.30.0 and reading what its provider needs; CUDA's real runtime library, which
  loads and reports that there is no driver.

With a card, \`EMEND_CUDA=1 deno task test\` runs the device tests there, and counts the copies that ONNX Runtime puts into
the graphs. \`EMEND_CUDA_GRAPHS=0\` decodes without CUDA graphs.`;

if (import.meta.main) {
  await command(USAGE, {
    setup: { type: "boolean", default: false },
    device: { type: "string", default: "cuda:0" },
    peak: { type: "string", default: "0" },
    seconds: { type: "string", default: "120" },
    json: { type: "boolean", default: false },
  }, main);
}
