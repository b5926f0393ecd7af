/**
 * Finding ONNX Runtime and getting at its C API.
 *
 * `OrtGetApiBase()->GetApi(22)` returns a struct of function pointers which ONNX Runtime only ever appends to:
 * the contract that its C#, Java and Rust bindings rely on. So the slot numbers of version 22's header hold for
 * every library that answers that request; an older library answers null, which is checked here.
 */

import { createRequire } from "node:module";

/** The version of the C API whose slot numbers `api.ts` holds (ONNX Runtime 1.22 and later have it). */
export const API_VERSION = 22;

/** The C API struct of a loaded library. */
export interface OrtLibrary {
  /** Where it was loaded from. */
  path: string;
  /** ONNX Runtime's own version, such as `1.30.0`. */
  version: string;
  /** The pointer in a slot of the API struct. */
  slot(index: number): Deno.PointerObject;
}

/** The libraries inside npm's onnxruntime-node, by Deno's name of the platform. */
const BUNDLED: Record<string, string> = {
  "linux-x86_64": "linux/x64/libonnxruntime.so.1",
  "linux-aarch64": "linux/arm64/libonnxruntime.so.1",
  "darwin-aarch64": "darwin/arm64/libonnxruntime.1.dylib",
  "windows-x86_64": "win32/x64/onnxruntime.dll",
  "windows-aarch64": "win32/arm64/onnxruntime.dll",
};

/**
 * The path of ONNX Runtime's shared library: `EMEND_ONNXRUNTIME` if set, else the one inside `npm:onnxruntime-node`.
 *
 * @throws an error that says what to do, on a platform for which the package has no library
 */
export function libraryPath(
  platform = `${Deno.build.os}-${Deno.build.arch}`,
  override: string | undefined = Deno.env.get("EMEND_ONNXRUNTIME"),
): string {
  if (override) return override;
  const file = BUNDLED[platform];
  if (!file) {
    throw new Error(
      `No ONNX Runtime for ${platform} inside npm:onnxruntime-node (it has ${
        Object.keys(BUNDLED).join(", ")
      }). Set EMEND_ONNXRUNTIME=/path/to/libonnxruntime to use your own build`,
    );
  }
  const manifest = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  return manifest.replace(/package\.json$/, `bin/napi-v6/${file}`);
}

/**
 * Loads ONNX Runtime.
 *
 * @throws an error naming the path and the fix, when the file is missing or is not ONNX Runtime 1.22 or later
 */
export function openLibrary(path: string = libraryPath()): OrtLibrary {
  const fix = "Run `deno install`, or set EMEND_ONNXRUNTIME=/path/to/libonnxruntime";
  const symbols = { OrtGetApiBase: { parameters: [], result: "pointer" } } as const;
  let library: Deno.DynamicLibrary<typeof symbols>;
  try {
    library = Deno.dlopen(path, symbols);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot load ONNX Runtime from ${path}: ${detail}. ${fix}`, { cause });
  }
  const base = library.symbols.OrtGetApiBase();
  if (!base) throw new Error(`Cannot use ${path}: OrtGetApiBase returned nothing. ${fix}`);
  const table = new Deno.UnsafePointerView(base);
  const getApi = new Deno.UnsafeFnPointer(
    table.getPointer(0)!,
    { parameters: ["u32"], result: "pointer" } as const,
  );
  const getVersion = new Deno.UnsafeFnPointer(
    table.getPointer(8)!,
    { parameters: [], result: "pointer" } as const,
  );
  const version = new Deno.UnsafePointerView(getVersion.call()!).getCString();
  const api = getApi.call(API_VERSION);
  if (!api) {
    throw new Error(
      `Cannot use ONNX Runtime ${version} at ${path}: it lacks C API version ${API_VERSION}, which came with 1.22. ${fix}`,
    );
  }
  const slots = new Deno.UnsafePointerView(api);
  return {
    path,
    version,
    slot: (index) => {
      const pointer = slots.getPointer(index * 8);
      if (!pointer) {
        throw new Error(`ONNX Runtime ${version} at ${path} has no function in slot ${index}`);
      }
      return pointer;
    },
  };
}
