/** `deno task gpu:setup`: finds an ONNX Runtime with CUDA, or fetches one, and tells what it did. */

import { parseArgs } from "node:util";
import { fetchMpi } from "../../group/fetch_mpi.ts";
import { findMpi } from "../../group/mpi_library.ts";
import { type CudaLibraries, findLibraries, missingText, setupFolder } from "../libraries.ts";
import { choose, fetchWheel } from "./fetch_wheel.ts";
import { packageOf } from "./nvidia.ts";
import { compareVersions } from "./python_index.ts";

const USAGE = `Finds an ONNX Runtime with CUDA, or fetches one, for deno task gpu --device cuda:0.

  deno task gpu:setup

It looks at EMEND_ONNXRUNTIME, at what it has fetched before, and at npm's onnxruntime-node; if none of them has CUDA it
fetches PyPI's onnxruntime-gpu (some 300 MB) and unpacks the shared libraries alone.

  --mpi           find MPICH, or fetch PyPI's (13 MB): several sidecars on CPUs take it, and nothing else does
  --libraries     fetch NVIDIA's libraries too, those that are missing (up to 2 GB)
  --cuda 12|13    CUDA's generation, where the driver does not say
  --version V     of onnxruntime-gpu; otherwise the newest for that CUDA, up to ${newest(13)}
  --index URL     package index                            (PIP_INDEX_URL, or https://pypi.org/simple)
`;

/** The newest that the tests ran on, on the CPU; and the last one that was built for CUDA 12. */
function newest(cuda: number): string {
  return cuda >= 13 ? "1.30.0" : "1.26.0";
}

interface Options {
  libraries: boolean;
  cuda: number;
  version?: string;
  index: string;
}

/** Does it all. */
export async function setUp(options: Options, say: (text: string) => void): Promise<void> {
  let found = findLibraries();
  if (!found) {
    const limit = options.version ?? newest(options.cuda);
    const wheel = await choose(
      options.index,
      "onnxruntime-gpu",
      ({ version }) => options.version ? version === limit : compareVersions(version, limit) <= 0,
    );
    await fetchWheel(wheel, setupFolder(), say);
    found = findLibraries();
    if (!found) throw new Error(`${wheel.name} holds no CUDA provider. Give another --version`);
  }
  say(`ONNX Runtime with CUDA: ${found.onnxruntime} (${found.source})`);
  if (options.libraries) found = await fetchMissing(found, options, say);
  for (const [name, path] of found.found) say(`  ${name}: ${path}`);
  if (found.missing.length > 0) throw new Error(missingText(found));
  say("All that it needs is there. Try it: deno task gpu --device cuda:0 --check");
}

/** Fetches what is missing, what ONNX Runtime opens by name as it runs, and NCCL for several GPUs. */
async function fetchMissing(
  found: CudaLibraries,
  { index }: Options,
  say: (text: string) => void,
): Promise<CudaLibraries> {
  const tried = new Set<string>();
  // What is fetched may need more.
  while (true) {
    const wanted = [...found.missing, "libcudnn.so", "libnvrtc.so", "libnccl.so"].filter((name) =>
      ![...found.found.keys()].some((there) => there.startsWith(name))
    );
    const projects = wanted.map((name) => packageOf(name, found))
      .filter((project) => project !== undefined && !tried.has(project));
    const [project] = projects;
    if (project === undefined) return found;
    tried.add(project);
    await fetchWheel(await choose(index, project), setupFolder(), say);
    found = findLibraries()!;
  }
}

/** CUDA's generation that the driver can serve; 0 where there is no driver. */
function driverCuda(): number {
  try {
    const cuda = Deno.dlopen("libcuda.so.1", {
      cuDriverGetVersion: { parameters: ["buffer"], result: "i32" },
    });
    const version = new Int32Array(1);
    return cuda.symbols.cuDriverGetVersion(version) === 0 ? Math.floor(version[0] / 1000) : 0;
  } catch {
    return 0;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      libraries: { type: "boolean", default: false },
      mpi: { type: "boolean", default: false },
      cuda: { type: "string" },
      version: { type: "string" },
      index: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (Deno.build.os !== "linux") throw new Error("CUDA and MPI are supported on Linux alone");
  const index = values.index ?? Deno.env.get("PIP_INDEX_URL") ?? "https://pypi.org/simple";
  if (values.mpi) {
    if (!findMpi()) await fetchMpi(index, console.log);
    return console.log(`MPICH: ${findMpi()}`);
  }
  const driver = driverCuda();
  if (driver === 0) console.log("There is no NVIDIA driver here (libcuda.so.1).");
  const cuda = Number(values.cuda ?? (driver || 12));
  if (cuda !== 12 && cuda !== 13) {
    throw new Error(`There is no build for CUDA ${cuda}: give --cuda 12 or 13`);
  }
  const { libraries, version } = values;
  await setUp({ libraries, version, cuda, index }, console.log);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (Deno.env.get("EMEND_DEBUG")) console.error(error);
    Deno.exit(1);
  }
}
