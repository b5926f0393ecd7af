/**
 * Where graphs run: compile one, bind arrays to its names, run it.
 *
 * What stays with a device (weights, gradients, moments, the key-value cache) lies in its {@linkcode DeviceArray}s;
 * what goes in and out with each run (token ids, log-probabilities) lies in typed arrays of this process. A device is
 * this process's own ({@linkcode LocalDevice}), where both are the same memory, or another process's.
 */

import type { Graph } from "./graph/mod.ts";
import type { Decoding, DecodingPlan, Sequence } from "./decoding.ts";
import type { ArrayType, ElementsOf } from "./elements.ts";
import type { Collective } from "./group/collective.ts";
import type { TensorData } from "./ort/mod.ts";

export type { Continuation, DecodingStep, Weighted } from "./decoding.ts";
export type { ArrayType, Collective, Decoding, DecodingPlan, ElementsOf, Sequence, TensorData };

/** Elements in a device's memory. */
export interface DeviceArray<T extends ArrayType = "float32"> extends Disposable {
  /** What the elements are. */
  readonly type: T;
  /** Elements. */
  readonly length: number;
  /** A part of it, over the same memory; it lives no longer than the whole. */
  subarray(start: number, end?: number): DeviceArray<T>;
  /** A copy of the elements. */
  read(): Promise<ElementsOf[T]>;
  /** Overwrites all elements by zeros; a run that follows sees them. */
  clear(): void;
  /** Overwrites all elements. */
  write(data: ElementsOf[T]): Promise<void>;
}

/** A device array of any type. */
export type AnyArray = DeviceArray<ArrayType>;

/** An array with a shape: what a binding reads from or writes to. */
export interface TensorView<Data extends TensorData | AnyArray = TensorData | AnyArray> {
  /** The elements, in row-major order. */
  readonly data: Data;
  /** Sizes; their product is `data.length`. */
  readonly shape: readonly number[];
}

/** How a graph is compiled. */
export interface CompileOptions {
  /** Threads within an operator. @default the device's */
  threads?: number;
  /**
   * Whether a GPU may take float32 products on its tensor cores, which see 10 bits of a factor's mantissa: all that
   * bfloat16 has. @default false
   */
  tf32?: boolean;
  /**
   * Makes a GPU capture runs as CUDA graphs, one for each set of shapes, and replay them; names the inputs that kernels
   * read on the host (ONNX Runtime knows them), with whose values it is done anew. The graph must hold its outputs'
   * values after two runs in a row, for the first is done twice.
   */
  capture?: readonly string[];
}

/** What runs graphs. */
export interface Device extends Disposable {
  /** Makes the numbers: ONNX Runtime's name of the execution provider. */
  readonly provider: "CPU" | "CUDA";
  /** How many runs side by side keep it busy, if each takes one thread: those of a CPU, 1 on a GPU. */
  readonly lanes: number;
  /** Its membership in a group of devices that train one model. */
  readonly collective?: Collective;
  /**
   * Makes a graph ready to run.
   *
   * @param externals the data of the graph's external constants, copied
   * @throws an error that names an external constant without data of its shape
   */
  compile(
    graph: Graph,
    externals?: Record<string, TensorView>,
    options?: CompileOptions,
  ): Program;
  /** Float32 zeros in the device's memory; the caller frees them. */
  array(length: number): DeviceArray<"float32">;
  /** Zeros of another type. */
  array<T extends ArrayType>(length: number, type: T): DeviceArray<T>;
  /** Elements of this process in the device's memory. The device may keep the very array: it is the caller's no longer. */
  place(data: Float32Array<ArrayBuffer>): DeviceArray<"float32">;
  /** Copies arrays over others of their length and type, in order; a run that follows sees the result. */
  copy(moves: readonly (readonly [from: AnyArray, to: AnyArray])[]): void;
  /** Runs several bindings in any order, side by side where the device can; their tensors all lie in its memory. */
  runAll(bindings: readonly Binding[]): Promise<void>;
  /** Decodes by itself, where the device is another process: it need not be told of each step. */
  decode?(plan: DecodingPlan, sequences: readonly Sequence[]): Decoding;
}

/** A compiled graph. */
export interface Program extends Disposable {
  /** A new set of attached arrays; a program may have many. */
  bind(inputs?: Record<string, TensorView>, outputs?: Record<string, TensorView>): Binding;
}

/**
 * A program with its inputs and outputs attached: bound once, run often.
 *
 * An output may lie over an input's memory only where every node that reads that input also precedes the node that
 * writes the output: ONNX Runtime orders nodes by data alone. An elementwise update qualifies; a matrix
 * product with its own factor does not.
 */
export interface Binding extends Disposable {
  /** Attaches inputs by name; a name bound before is bound anew. */
  inputs(tensors: Record<string, TensorView>): this;
  /** Attaches outputs by name; their shapes must be exactly those that the run will produce. */
  outputs(tensors: Record<string, TensorView>): this;
  /**
   * Runs; the event loop stays free.
   *
   * @param here on this thread, where the device is this process: the event loop has its turn afterwards. For the last
   * of runs side by side, which this thread would only wait for. @default false
   */
  run(here?: boolean): Promise<void>;
}

/** What a device lost: the process that it was is gone, with all that lay there. */
export class DeviceLost extends Error {
  /** The class's name. */
  override name = "DeviceLost";
}

/** A float32 array of zeros with a shape. */
export function zeros(shape: readonly number[]): TensorView<Float32Array<ArrayBuffer>> {
  return { data: new Float32Array(shape.reduce((product, size) => product * size, 1)), shape };
}

/** Whole numbers as int64 with a shape (by default one axis). */
export function int64(
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
): TensorView<BigInt64Array<ArrayBuffer>> {
  const data = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]);
  return { data, shape };
}

/** Numbers as float32 with a shape (by default one axis). */
export function float32(
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
): TensorView<Float32Array<ArrayBuffer>> {
  return { data: Float32Array.from(values), shape };
}
