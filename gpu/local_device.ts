/** The device of this process: ONNX Runtime on its CPU, or on another provider with memory of its own. */

import { availableParallelism } from "node:os";
import type {
  AnyArray,
  ArrayType,
  Binding,
  CompileOptions,
  Device,
  Program,
  TensorView,
} from "./device.ts";
import { elements } from "./elements.ts";
import { externalData } from "./externals.ts";
import { type Graph, onnxBytes } from "./graph/mod.ts";
import { HostArray, NativeArray } from "./native_array.ts";
import { Binding as NativeBinding, OrtError, Session, Value } from "./ort/mod.ts";
import { isHost, LocalBinding, native, nativeArray } from "./local_binding.ts";
import { CapturedBinding, type Captures } from "./captured_binding.ts";

export type { Captures } from "./captured_binding.ts";
export { HostArray, isHost, LocalBinding, NativeArray };

/** How a device computes. */
export interface LocalDeviceOptions {
  /** Threads within an operator; 0 means all cores, 1 gives bit-identical results. @default 0 */
  threads?: number;
  /** A file name's beginning: each compiled graph writes the times of its operators there when it is freed. */
  profile?: string;
  /** What computes instead of the CPU. */
  provider?: Provider;
}

/** An execution provider and its memory. */
export interface Provider {
  /** ONNX Runtime's name; the CPU too may have memory of another kind. */
  readonly name: "CPU" | "CUDA";
  /** Its options, by their names in ONNX Runtime. */
  readonly options: Record<string, string>;
  /** Whether it may capture runs. @default true */
  readonly captures?: boolean;
  /** Zeros in its memory. */
  array<T extends ArrayType>(length: number, type: T): NativeArray<T>;
}

/** What ONNX Runtime says of a graph of which something runs on the host. */
const NO_CAPTURE = /cannot use the graph capture feature/;

/** ONNX Runtime in this process. */
export class LocalDevice implements Device {
  /** See {@linkcode Device.provider}. */
  readonly provider: "CPU" | "CUDA";
  /** See {@linkcode Device.lanes}. */
  readonly lanes: number;
  readonly #threads: number;

  /** Costs nothing until a graph is compiled. */
  constructor(readonly options: LocalDeviceOptions = {}) {
    this.provider = options.provider?.name ?? "CPU";
    this.#threads = options.threads ?? 0;
    this.lanes = options.provider ? 1 : this.#threads || availableParallelism();
  }

  /** See {@linkcode Device.compile}. */
  compile(
    graph: Graph,
    externals: Record<string, TensorView> = {},
    options: CompileOptions = {},
  ): LocalProgram {
    return this.load(onnxBytes(graph), externalData(graph, externals), options);
  }

  /** Makes ONNX bytes ready to run, with the data of their external constants. */
  load(
    model: Uint8Array<ArrayBuffer>,
    externals: Record<string, TensorView>,
    { threads = this.#threads, tf32 = false, capture }: CompileOptions = {},
  ): LocalProgram {
    const { profile, provider } = this.options;
    const initializers: Record<string, Value> = {};
    try {
      for (const [name, tensor] of Object.entries(externals)) {
        const { data, shape } = native(tensor);
        initializers[name] = new Value(data, shape);
      }
      const session = (captures: boolean) => {
        const flags = { use_tf32: tf32 ? "1" : "0", enable_cuda_graph: captures ? "1" : "0" };
        const providers = provider?.name === "CUDA"
          ? [{ name: "CUDA", options: { ...provider.options, ...flags } }]
          : [];
        return new Session(model, { threads, profile, initializers, providers });
      };
      if (!capture || provider?.captures === false) return new LocalProgram(session(false));
      try {
        const graphs = new Map<string, number>();
        const place = (length: number, type: ArrayType) => this.array(length, type);
        return new LocalProgram(session(true), { onHost: capture, graphs, place });
      } catch (error) {
        if (!(error instanceof OrtError && NO_CAPTURE.test(error.message))) throw error;
        console.warn(`Without a CUDA graph: ${error.message}`);
        return new LocalProgram(session(false));
      }
    } finally {
      for (const value of Object.values(initializers)) value[Symbol.dispose]();
    }
  }

  /** See {@linkcode Device.array}. */
  array(length: number): NativeArray<"float32">;
  array<T extends ArrayType>(length: number, type: T): NativeArray<T>;
  array(length: number, type: ArrayType = "float32"): NativeArray {
    return this.options.provider?.array(length, type) ??
      new HostArray(elements(type, length), type);
  }

  /** See {@linkcode Device.place}; on the CPU, the very array is kept. */
  place(data: Float32Array<ArrayBuffer>): NativeArray<"float32"> {
    if (!this.options.provider) return new HostArray(data, "float32");
    const array = this.array(data.length);
    array.writeSync(data);
    return array;
  }

  /** See {@linkcode Device.copy}. */
  copy(moves: readonly (readonly [from: AnyArray, to: AnyArray])[]): void {
    for (const [from, to] of moves) nativeArray(to).copyFrom(nativeArray(from));
  }

  /**
   * See {@linkcode Device.runAll}: on the CPU, one for each thread at a time; on a GPU one after the other, from this
   * thread, because ONNX Runtime makes handles and workspaces for every thread that it sees.
   */
  async runAll(bindings: readonly Binding[]): Promise<void> {
    if (this.provider === "CUDA") {
      for (const binding of bindings as LocalBinding[]) binding.runSync();
      return;
    }
    const waiting = bindings.values();
    const lane = async () => {
      for (const binding of waiting) await binding.run();
    };
    await Promise.all(Array.from({ length: this.lanes }, lane));
  }

  /** Nothing: programs and arrays are freed by themselves. */
  [Symbol.dispose](): void {}
}

/** A loaded graph. */
export class LocalProgram implements Program {
  /**
   * Made by {@linkcode LocalDevice.compile}.
   *
   * @param session owned by the program
   * @param captures where its runs are captured
   */
  constructor(readonly session: Session, readonly captures?: Captures) {}

  /** See {@linkcode Program.bind}. */
  bind(
    inputs: Record<string, TensorView> = {},
    outputs: Record<string, TensorView> = {},
  ): LocalBinding {
    const native = new NativeBinding(this.session);
    const binding = this.captures
      ? new CapturedBinding(native, this.captures)
      : new LocalBinding(native);
    return binding.inputs(inputs).outputs(outputs);
  }

  /** Frees the compiled graph. */
  [Symbol.dispose](): void {
    this.session[Symbol.dispose]();
  }
}
