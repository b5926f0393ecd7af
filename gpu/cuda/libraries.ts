/** The libraries that CUDA takes: where they are, what is missing, and loading them in the right order. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { elfNames } from "./elf.ts";

/** The provider beside ONNX Runtime's own library; ONNX Runtime loads it by itself. */
const PROVIDER = "libonnxruntime_providers_cuda.so";

/** The environment variable by which a child learns of its parent's `LD_LIBRARY_PATH`. */
export const LIBRARY_FOLDERS = "EMEND_LIBRARY_PATH";

/** An ONNX Runtime that can compute with CUDA. */
export interface CudaLibraries {
  /** libonnxruntime. */
  onnxruntime: string;
  /** How it was found. */
  source: string;
  /** What its provider needs, by name: the path where it was found; those of the system have none. */
  found: Map<string, string>;
  /** What its provider needs and is nowhere. */
  missing: string[];
}

/** Where {@linkcode setUp} puts what it fetches. */
export function setupFolder(env: Record<string, string> = Deno.env.toObject()): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME ?? ".", ".cache"), "emend", "onnxruntime-gpu");
}

/** Every place that may hold an ONNX Runtime, in the order in which they are asked. */
function places(env: Record<string, string>): { source: string; folder: string; file?: string }[] {
  const own = env.EMEND_ONNXRUNTIME;
  const node = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  return [
    ...(own ? [{ source: "EMEND_ONNXRUNTIME", folder: dirname(own), file: own }] : []),
    { source: "deno task gpu:setup", folder: join(setupFolder(env), "onnxruntime", "capi") },
    { source: "npm:onnxruntime-node", folder: join(dirname(node), "bin/napi-v6/linux/x64") },
  ];
}

/** Looks for an ONNX Runtime with CUDA, and for all that it needs; null where there is none. */
export function findLibraries(
  env: Record<string, string> = Deno.env.toObject(),
): CudaLibraries | null {
  for (const { source, folder, file } of places(env)) {
    const library = file ?? list(folder).find((name) => /^libonnxruntime\.so\.[\d.]+$/.test(name));
    const provider = join(folder, PROVIDER);
    if (!library || !exists(provider)) continue;
    const onnxruntime = file ?? join(folder, library);
    const folders = foldersBeside(folder, env), needs = dependencies(provider, folders);
    return { onnxruntime, source, ...withOpened(needs, folders) };
  }
  return null;
}

/** Folders with NVIDIA's libraries: pip's layout beside ONNX Runtime, what setup has fetched, the system's CUDA. */
function foldersBeside(folder: string, env: Record<string, string>): string[] {
  const nvidia = (site: string) => {
    const root = join(site, "nvidia");
    return list(root).map((name) => join(root, name, "lib"));
  };
  return [
    folder,
    ...nvidia(join(folder, "..", "..")),
    ...nvidia(setupFolder(env)),
    ...(env.LD_LIBRARY_PATH ?? env[LIBRARY_FOLDERS] ?? "").split(":").filter(Boolean),
    join(env.CUDA_PATH || "/usr/local/cuda", "lib64"),
    "/usr/lib/x86_64-linux-gnu",
  ];
}

/** Libraries that are opened by name as others run, and NCCL, which joins GPUs; versions are CUDA's or their own. */
const OPENED = /^lib(cudnn|nvrtc|nccl)\.so\.\d+$/;

/** Adds those that are there: loaded beforehand, they are found when they are opened. */
function withOpened(
  { found, missing }: { found: Map<string, string>; missing: string[] },
  folders: readonly string[],
) {
  const all = new Map(found);
  for (const folder of folders) {
    for (const name of list(folder).filter((name) => OPENED.test(name) && !all.has(name))) {
      const path = join(folder, name), own = dependencies(path, folders);
      if (own.missing.length > 0) continue;
      for (const [name, path] of own.found) all.set(name, path);
      all.set(name, path);
    }
  }
  return { found: all, missing };
}

/** All that a library needs, and what those need, each after what it needs itself. */
export function dependencies(
  library: string,
  folders: readonly string[],
): { found: Map<string, string>; missing: string[] } {
  const found = new Map<string, string>(), missing: string[] = [], seen = new Set<string>();
  const visit = (path: string) => {
    for (const name of elfNames(path).needed) {
      if (seen.has(name) || SYSTEM.test(name)) continue;
      seen.add(name);
      const at = folders.map((folder) => join(folder, name)).find(exists);
      if (at === undefined) {
        missing.push(name);
        continue;
      }
      visit(at);
      found.set(name, at);
    }
  };
  visit(library);
  return { found, missing };
}

/** What every Linux has, ONNX Runtime's own library, and the bridge that ONNX Runtime loads before its provider. */
const SYSTEM =
  /^(ld-linux.*|lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|onnxruntime|onnxruntime_providers_shared)\.so.*)$/;

/**
 * Loads what a provider needs: the dynamic linker then takes each by its name, wherever it lies.
 *
 * The provider itself must not be loaded here: it asks for its host as it is loaded, and only ONNX Runtime has that.
 */
export function load({ found }: CudaLibraries): void {
  for (const path of found.values()) Deno.dlopen(path, {});
}

/** What to do about missing libraries. */
export function missingText({ onnxruntime, missing }: CudaLibraries): string {
  const what = `${onnxruntime} needs ${missing.join(", ")}, which ${
    missing.length === 1 ? "is" : "are"
  } nowhere.`;
  // The driver's own library comes with the driver alone.
  const driver = missing.includes("libcuda.so.1")
    ? " libcuda.so.1 comes with NVIDIA's driver."
    : "";
  const others = missing.some((name) => name !== "libcuda.so.1")
    ? " Install CUDA and cuDNN, or run `deno task gpu:setup --libraries`"
    : "";
  return what + driver + others;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function list(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}
