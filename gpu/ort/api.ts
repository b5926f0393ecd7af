/** The functions of ONNX Runtime's C API that Emend calls, each by its slot in `OrtApi` (onnxruntime_c_api.h). */

import { openLibrary, type OrtLibrary } from "./library.ts";

const P = "pointer", B = "buffer", N = "usize", I = "i32";

/** name: [slot, parameters]; all return an `OrtStatus*`, null when all is well. */
export const STATUS_FUNCTIONS = {
  CreateEnv: [3, [I, B, B]],
  CreateSessionFromArray: [8, [P, B, N, P, B]],
  CreateSessionOptions: [10, [B]],
  SetOptimizedModelFilePath: [11, [P, B]],
  EnableProfiling: [14, [P, B]],
  DisableMemPattern: [17, [P]],
  SetSessionGraphOptimizationLevel: [23, [P, I]],
  SetIntraOpNumThreads: [24, [P, I]],
  SessionGetInputCount: [30, [P, B]],
  SessionGetOutputCount: [31, [P, B]],
  SessionGetInputName: [36, [P, N, P, B]],
  SessionGetOutputName: [37, [P, N, P, B]],
  CreateRunOptions: [39, [B]],
  CreateTensorWithDataAsOrtValue: [49, [P, P, N, B, N, I, B]],
  CreateMemoryInfo: [68, [B, I, I, I, B]],
  CreateCpuMemoryInfo: [69, [I, I, B]],
  AllocatorFree: [76, [P, P]],
  GetAllocatorWithDefaultOptions: [78, [B]],
  AddSessionConfigEntry: [130, [P, B, B]],
  RunWithBinding: [133, [P, P, P]],
  CreateIoBinding: [134, [P, B]],
  BindInput: [136, [P, B, P]],
  BindOutput: [137, [P, B, P]],
  AddRunConfigEntry: [165, [P, B, B]],
  AddExternalInitializers: [210, [P, B, B, N]],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, [P, P]],
  CreateCUDAProviderOptions: [205, [B]],
  UpdateCUDAProviderOptions: [206, [P, B, B, N]],
  SessionOptionsAppendExecutionProvider: [216, [P, B, B, B, N]],
} as const satisfies Record<string, readonly [number, readonly Deno.NativeType[]]>;

/** name: slot; each takes one pointer and returns nothing. */
export const RELEASE_FUNCTIONS = {
  ReleaseEnv: 92,
  ReleaseStatus: 93,
  ReleaseSession: 95,
  ReleaseValue: 96,
  ReleaseRunOptions: 97,
  ReleaseSessionOptions: 100,
  ReleaseIoBinding: 135,
  ReleaseCUDAProviderOptions: 208,
} as const;

/** An argument of a C function. */
export type Argument = Deno.PointerValue | BufferSource | bigint | number;
/** A function that reports a status. */
export type StatusName = keyof typeof STATUS_FUNCTIONS;
type PointerFunction = (pointer: Deno.PointerValue) => Deno.PointerValue;
/** A function that frees something. */
export type ReleaseName = keyof typeof RELEASE_FUNCTIONS;

/** What ONNX Runtime said when it refused a call. */
export class OrtError extends Error {
  /** The class's name. */
  override name = "OrtError";
}

/** ONNX Runtime's C API, with statuses turned into exceptions. */
export class OrtApi {
  /** The environment that every session belongs to; ONNX Runtime keeps one a process. */
  readonly environment: Deno.PointerValue;
  /** Describes plain CPU memory. */
  readonly cpuMemory: Deno.PointerValue;
  readonly #functions = new Map<string, (...args: Argument[]) => unknown>();
  readonly #getErrorMessage: PointerFunction;

  /**
   * Makes the environment.
   *
   * @param library the loaded library
   */
  constructor(readonly library: OrtLibrary) {
    const define = (
      slot: number,
      parameters: readonly Deno.NativeType[],
      result: Deno.NativeResultType,
      nonblocking = false,
    ): (...args: Argument[]) => unknown => {
      const definition = { parameters: [...parameters], result, nonblocking };
      const f = new Deno.UnsafeFnPointer(library.slot(slot) as never, definition);
      return (...args) => (f.call as (...args: Argument[]) => unknown).apply(f, args);
    };
    for (const [name, [slot, parameters]] of Object.entries(STATUS_FUNCTIONS)) {
      this.#functions.set(name, define(slot, parameters, P));
    }
    for (const [name, slot] of Object.entries(RELEASE_FUNCTIONS)) {
      this.#functions.set(name, define(slot, [P], "void"));
    }
    const [slot, parameters] = STATUS_FUNCTIONS.RunWithBinding;
    this.#functions.set("RunWithBinding (non-blocking)", define(slot, parameters, P, true));
    this.#getErrorMessage = define(2, [P], P) as PointerFunction;

    // Errors arrive as exceptions; ONNX Runtime would print them a second time.
    const FATAL = 4, ARENA_ALLOCATOR = 1, DEFAULT_MEMORY = 0;
    this.environment = this.create("CreateEnv", FATAL, cString("emend"));
    this.cpuMemory = this.create("CreateCpuMemoryInfo", ARENA_ALLOCATOR, DEFAULT_MEMORY);
  }

  /** Calls a function; its refusal becomes an {@linkcode OrtError} with ONNX Runtime's own text. */
  call(name: StatusName, ...args: Argument[]): void {
    this.#check(name, this.#functions.get(name)!(...args) as Deno.PointerValue);
  }

  /** `RunWithBinding` on another thread: the event loop stays free. */
  async runNonBlocking(session: Deno.PointerValue, binding: Deno.PointerValue): Promise<void> {
    const run = this.#functions.get("RunWithBinding (non-blocking)")!;
    this.#check("RunWithBinding", await run(session, null, binding) as Deno.PointerValue);
  }

  /** Calls a function whose last parameter receives a pointer, and returns that. */
  create(name: StatusName, ...args: Argument[]): Deno.PointerValue {
    const out = new BigUint64Array(1);
    this.call(name, ...args, out);
    return Deno.UnsafePointer.create(out[0]);
  }

  /** Frees what a `create` made. */
  release(name: ReleaseName, pointer: Deno.PointerValue): void {
    this.#functions.get(name)!(pointer);
  }

  #check(name: string, status: Deno.PointerValue): void {
    if (status === null) return;
    const text = new Deno.UnsafePointerView(this.#getErrorMessage(status)!).getCString();
    this.release("ReleaseStatus", status);
    throw new OrtError(`${name}: ${text}`);
  }
}

let shared: OrtApi | undefined;

/**
 * The process's ONNX Runtime, loaded at first use.
 *
 * @param path the library, where it is not the usual one; only at first use
 */
export function ort(path?: string): OrtApi {
  if (path && shared && shared.library.path !== path) {
    throw new Error(`Cannot load ${path}: this process uses ${shared.library.path}`);
  }
  return shared ??= new OrtApi(openLibrary(path));
}

/** UTF-8 with the closing zero that C expects. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) throw new Error("A C string cannot hold a NUL character");
  return new TextEncoder().encode(text + "\0");
}

/** An array of C strings; hold on to the result until the call that takes `pointers` has returned. */
export function cStrings(
  texts: readonly string[],
): { pointers: BigUint64Array<ArrayBuffer>; strings: Uint8Array[] } {
  const strings = texts.map(cString);
  const address = (s: Uint8Array<ArrayBuffer>) =>
    Deno.UnsafePointer.value(Deno.UnsafePointer.of(s));
  return { pointers: BigUint64Array.from(strings.map(address)), strings };
}
