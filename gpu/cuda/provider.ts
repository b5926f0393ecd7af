/** ONNX Runtime's CUDA provider, with its arrays in the GPU's memory. Never run yet: see `bench/results/gpu.md`. */

import type { Provider } from "../local_device.ts";
import { cString, ort } from "../ort/mod.ts";
import { findLibraries, load, missingText } from "./libraries.ts";
import { CudaMemory } from "./memory.ts";
import { PointerArray } from "./pointer_array.ts";

/**
 * ONNX Runtime's own attention kernels (`AttentionBackend`). Left to itself, it takes cuDNN's on a Hopper, which plan anew
 * for every shape, on the host.
 */
const FLASH_ATTENTION = 1, EFFICIENT_ATTENTION = 2, UNFUSED = 16;

const DEVICE_ALLOCATOR = 0, DEFAULT_MEMORY = 0;

/**
 * Makes a GPU ready; must come before anything else of ONNX Runtime is used in this process.
 *
 * @param gpu its number
 * @throws an error that says which library is missing, or that there is no such GPU
 */
export function cudaProvider(gpu: number): Provider {
  const libraries = findLibraries();
  if (!libraries) {
    throw new Error("There is no ONNX Runtime with CUDA here. Run `deno task gpu:setup`");
  }
  if (libraries.missing.length > 0) throw new Error(missingText(libraries));
  load(libraries);
  const cudart = [...libraries.found].find(([name]) => name.startsWith("libcudart.so"));
  if (!cudart) {
    throw new Error(`${libraries.onnxruntime} does not need libcudart: is it a CUDA build?`);
  }
  const memory = new CudaMemory(cudart[1], gpu);
  const api = ort(libraries.onnxruntime);
  // Left to the process's end, the provider looks for its host after that is gone, and crashes.
  globalThis.addEventListener("unload", () => api.release("ReleaseEnv", api.environment));
  const info = api.create(
    "CreateMemoryInfo",
    cString("Cuda"),
    DEVICE_ALLOCATOR,
    gpu,
    DEFAULT_MEMORY,
  );
  return {
    name: "CUDA",
    options: {
      device_id: String(gpu),
      // What is freed is given back: weights and cache take their memory beside ONNX Runtime's arena.
      arena_extend_strategy: "kSameAsRequested",
      sdpa_kernel: String(FLASH_ATTENTION | EFFICIENT_ATTENTION | UNFUSED),
    },
    captures: Deno.env.get("EMEND_CUDA_GRAPHS") !== "0",
    array: (length, type) => PointerArray.of(memory, info, length, type),
  };
}
