/** A GPU that computes nothing: what would be compiled, bound and run there is kept to be looked at. */

import type {
  ArrayType,
  Binding,
  CompileOptions,
  Device,
  DeviceArray,
  Program,
  TensorView,
} from "../device.ts";
import { elements } from "../elements.ts";
import type { Graph } from "../graph/mod.ts";
import { HostArray } from "../local_device.ts";

/** A graph that would have been compiled, and the tensors of each run. */
export interface DryProgram extends Program {
  readonly graph: Graph;
  readonly options: CompileOptions;
  readonly runs: Record<string, TensorView>[];
}

/** See the file. */
export class DryDevice implements Device {
  readonly provider = "CUDA";
  readonly lanes = 1;
  readonly programs: DryProgram[] = [];

  compile(graph: Graph, externals = {}, options: CompileOptions = {}): DryProgram {
    if (Object.keys(externals).length > 0) throw new Error("Constants are for the CPU");
    const runs: Record<string, TensorView>[] = [];
    const bind = (inputs = {}, outputs = {}) =>
      new DryBinding(runs).inputs(inputs).outputs(outputs);
    const program = { graph, options, runs, bind, [Symbol.dispose]: () => {} };
    this.programs.push(program);
    return program;
  }

  array(length: number): DeviceArray<"float32">;
  array<T extends ArrayType>(length: number, type: T): DeviceArray<T>;
  array(length: number, type: ArrayType = "float32"): DeviceArray<ArrayType> {
    return new HostArray(elements(type, length), type);
  }

  place(data: Float32Array<ArrayBuffer>): DeviceArray<"float32"> {
    return new HostArray(data, "float32");
  }

  copy(): void {}

  async runAll(bindings: readonly Binding[]): Promise<void> {
    for (const binding of bindings) await binding.run();
  }

  [Symbol.dispose](): void {}
}

class DryBinding implements Binding {
  readonly #bound: Record<string, TensorView> = {};

  constructor(readonly runs: Record<string, TensorView>[]) {}

  inputs(tensors: Record<string, TensorView>): this {
    Object.assign(this.#bound, tensors);
    return this;
  }

  outputs(tensors: Record<string, TensorView>): this {
    Object.assign(this.#bound, tensors);
    return this;
  }

  run(): Promise<void> {
    this.runs.push({ ...this.#bound });
    return Promise.resolve();
  }

  [Symbol.dispose](): void {}
}
