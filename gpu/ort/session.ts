/** A loaded model, ready to run. */

import { type Argument, cString, cStrings, ort } from "./api.ts";
import { Value } from "./value.ts";

/** How a session is made. */
export interface SessionOptions {
  /** Threads within an operator; 0 means all cores. @default 0 */
  threads?: number;
  /** The data of the model's external initializers, by name; copied at load. */
  initializers?: Record<string, Value>;
  /** ONNX Runtime's `AddSessionConfigEntry` keys. */
  config?: Record<string, string>;
  /** Execution providers before the CPU, in order, with their options. */
  providers?: { name: string; options: Record<string, string> }[];
  /** A file name prefix: write a profile of every operator there. */
  profile?: string;
  /** A file: write the model there as ONNX Runtime runs it, fused and split over its providers. */
  optimized?: string;
}

/** An `OrtSession` made from a model's bytes. */
export class Session implements Disposable {
  /** The native handle. */
  readonly handle: Deno.PointerValue;
  /** Names of the model's inputs. */
  readonly inputs: readonly string[];
  /** Names of the model's outputs. */
  readonly outputs: readonly string[];

  /**
   * Loads and optimizes a model.
   *
   * @param model ONNX bytes
   * @throws OrtError with ONNX Runtime's text, when the model or a provider is refused
   */
  constructor(model: Uint8Array<ArrayBuffer>, options: SessionOptions = {}) {
    const api = ort();
    const settings = api.create("CreateSessionOptions");
    try {
      api.call("SetIntraOpNumThreads", settings, options.threads ?? 0);
      api.call("SetSessionGraphOptimizationLevel", settings, 99);
      // Planning memory for one shape costs 40% more of it when shapes change, and gains no time.
      api.call("DisableMemPattern", settings);
      if (options.optimized) {
        api.call("SetOptimizedModelFilePath", settings, cString(options.optimized));
      }
      if (options.profile) api.call("EnableProfiling", settings, cString(options.profile));
      for (const [key, value] of Object.entries(options.config ?? {})) {
        api.call("AddSessionConfigEntry", settings, cString(key), cString(value));
      }
      const external = Object.entries(options.initializers ?? {});
      if (external.length > 0) {
        const names = cStrings(external.map(([name]) => name));
        const values = BigUint64Array.from(
          external.map(([, value]) => Deno.UnsafePointer.value(value.handle)),
        );
        const count = BigInt(external.length);
        api.call("AddExternalInitializers", settings, names.pointers, values, count);
      }
      for (const { name, options: entries } of options.providers ?? []) {
        appendProvider(settings, name, entries);
      }
      this.handle = api.create(
        "CreateSessionFromArray",
        api.environment,
        model,
        BigInt(model.length),
        settings,
      );
    } finally {
      api.release("ReleaseSessionOptions", settings);
    }
    this.inputs = names(this.handle, "SessionGetInputCount", "SessionGetInputName");
    this.outputs = names(this.handle, "SessionGetOutputCount", "SessionGetOutputName");
  }

  /** Frees the session. */
  [Symbol.dispose](): void {
    ort().release("ReleaseSession", this.handle);
  }
}

function names(
  session: Deno.PointerValue,
  count: "SessionGetInputCount" | "SessionGetOutputCount",
  name: "SessionGetInputName" | "SessionGetOutputName",
): string[] {
  const api = ort();
  const n = new BigUint64Array(1);
  api.call(count, session, n);
  const allocator = api.create("GetAllocatorWithDefaultOptions");
  return Array.from({ length: Number(n[0]) }, (_, i) => {
    const text = api.create(name, session, BigInt(i), allocator);
    const result = new Deno.UnsafePointerView(text!).getCString();
    api.call("AllocatorFree", allocator, text);
    return result;
  });
}

function appendProvider(settings: Argument, name: string, options: Record<string, string>): void {
  const api = ort();
  const keys = cStrings(Object.keys(options)), values = cStrings(Object.values(options));
  const count = BigInt(keys.strings.length);
  if (name !== "CUDA") {
    api.call(
      "SessionOptionsAppendExecutionProvider",
      settings,
      cString(name),
      keys.pointers,
      values.pointers,
      count,
    );
    return;
  }
  const cuda = api.create("CreateCUDAProviderOptions");
  try {
    api.call("UpdateCUDAProviderOptions", cuda, keys.pointers, values.pointers, count);
    api.call("SessionOptionsAppendExecutionProvider_CUDA_V2", settings, cuda);
  } finally {
    api.release("ReleaseCUDAProviderOptions", cuda);
  }
}
