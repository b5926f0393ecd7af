/** The device of this process: ONNX Runtime on its CPU, or on another provider with memory of its own. */

import { availableParallelism } from "node:os";
import type {
  Binding,
  CompileOptions,
  Device,
  DeviceArray,
  Program,
  TensorData,
  TensorView,
} from "./device.ts";
import { externalData } from "./externals.ts";
import { type Graph, onnxBytes } from "./graph/mod.ts";
import { HostArray, NativeArray } from "./native_array.ts";
import { Binding as NativeBinding, type NativeTensor, Session, Value } from "./ort/mod.ts";

export { HostArray, NativeArray };

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
  /** Zeros in its memory. */
  array(length: number): NativeArray;
}

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
    { threads = this.#threads }: CompileOptions = {},
  ): LocalProgram {
    const { profile, provider } = this.options;
    const initializers: Record<string, Value> = {};
    try {
      for (const [name, tensor] of Object.entries(externals)) {
        const { data, shape } = native(tensor);
        initializers[name] = new Value(data, shape);
      }
      const providers = provider?.name === "CUDA" ? [provider] : [];
      return new LocalProgram(new Session(model, { threads, profile, initializers, providers }));
    } finally {
      for (const value of Object.values(initializers)) value[Symbol.dispose]();
    }
  }

  /** See {@linkcode Device.array}. */
  array(length: number): NativeArray {
    return this.options.provider?.array(length) ?? new HostArray(new Float32Array(length));
  }

  /** See {@linkcode Device.place}; on the CPU, the very array is kept. */
  place(data: Float32Array<ArrayBuffer>): NativeArray {
    if (!this.options.provider) return new HostArray(data);
    const array = this.array(data.length);
    array.writeSync(data);
    return array;
  }

  /** See {@linkcode Device.copy}. */
  copy(moves: readonly (readonly [from: DeviceArray, to: DeviceArray])[]): void {
    for (const [from, to] of moves) nativeArray(to).copyFrom(nativeArray(from));
  }

  /** See {@linkcode Device.runAll}: on the CPU, one for each thread at a time. */
  async runAll(bindings: readonly Binding[]): Promise<void> {
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
   */
  constructor(readonly session: Session) {}

  /** See {@linkcode Program.bind}. */
  bind(
    inputs: Record<string, TensorView> = {},
    outputs: Record<string, TensorView> = {},
  ): LocalBinding {
    return new LocalBinding(new NativeBinding(this.session)).inputs(inputs).outputs(outputs);
  }

  /** Frees the compiled graph. */
  [Symbol.dispose](): void {
    this.session[Symbol.dispose]();
  }
}

/** A binding in this process: values are read and written where they lie. */
export class LocalBinding implements Binding {
  readonly #binding: NativeBinding;

  /** Attaches nothing yet. */
  constructor(binding: NativeBinding) {
    this.#binding = binding;
  }

  /** See {@linkcode Binding.inputs}. */
  inputs(tensors: Record<string, TensorView>): this {
    for (const name in tensors) this.#binding.input(name, native(tensors[name]));
    return this;
  }

  /** See {@linkcode Binding.outputs}. */
  outputs(tensors: Record<string, TensorView>): this {
    for (const name in tensors) this.#binding.output(name, native(tensors[name]));
    return this;
  }

  /** See {@linkcode Binding.run}. */
  run(): Promise<void> {
    return this.#binding.run();
  }

  /** Runs on this thread: least overhead, but nothing else happens meanwhile. */
  runSync(): void {
    this.#binding.runSync();
  }

  /** Frees the binding; the memory stays the caller's. */
  [Symbol.dispose](): void {
    this.#binding[Symbol.dispose]();
  }
}

function native({ data, shape }: TensorView): NativeTensor {
  return { data: isHost(data) ? data : nativeArray(data).native, shape };
}

/** Whether a tensor's elements are this process's own, and not a device's. */
export function isHost(data: TensorData | DeviceArray): data is TensorData {
  return ArrayBuffer.isView(data);
}

function nativeArray(array: DeviceArray): NativeArray {
  if (array instanceof NativeArray) return array;
  throw new Error("This array belongs to another device");
}
