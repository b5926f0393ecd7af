/** Where graphs run: compile one, bind arrays to its names, run it. */

import { type Graph, liveExternals, onnxBytes } from "./graph/mod.ts";
import { Binding, Session, type TensorView, Value } from "./ort/mod.ts";

export { Binding, type TensorView };

/** How a device computes. */
export interface DeviceOptions {
  /** Threads within an operator; 0 means all cores, 1 gives bit-identical results. @default 0 */
  threads?: number;
  /** A file name's beginning: each compiled graph writes the times of its operators there when it is freed. */
  profile?: string;
}

/** The CPU of this process. */
export class Device {
  /** Threads within an operator; 0 means all cores. */
  readonly threads: number;

  /**
   * Costs nothing until a graph is compiled.
   *
   * @param options see {@linkcode DeviceOptions}
   */
  constructor(readonly options: DeviceOptions = {}) {
    this.threads = options.threads ?? 0;
  }

  /**
   * Makes a graph ready to run.
   *
   * @param externals the data of the graph's external constants, copied
   * @throws an error that names an external constant without data of its shape
   */
  compile(graph: Graph, externals: Record<string, TensorView> = {}): Program {
    const initializers: Record<string, Value> = {};
    const { threads, options: { profile } } = this;
    try {
      for (const [name, { shape }] of liveExternals(graph)) {
        const given = externals[name];
        if (!given) throw new Error(`The external constant "${name}" [${shape}] was given no data`);
        if (given.shape.join() !== shape.join()) {
          throw new Error(
            `The external constant "${name}" is [${shape}]; the data given is [${given.shape}]`,
          );
        }
        initializers[name] = new Value(given.data, given.shape);
      }
      return new Program(new Session(onnxBytes(graph), { threads, profile, initializers }));
    } finally {
      for (const value of Object.values(initializers)) value[Symbol.dispose]();
    }
  }
}

/** A compiled graph. */
export class Program implements Disposable {
  /**
   * Made by {@linkcode Device.compile}.
   *
   * @param session the loaded graph, which the program owns
   */
  constructor(readonly session: Session) {}

  /** A new set of attached arrays; a program may have many. */
  bind(inputs: Record<string, TensorView> = {}, outputs: Record<string, TensorView> = {}): Binding {
    return new Binding(this.session).inputs(inputs).outputs(outputs);
  }

  /** Frees the compiled graph. */
  [Symbol.dispose](): void {
    this.session[Symbol.dispose]();
  }
}

/** A float32 array of zeros with a shape. */
export function zeros(shape: readonly number[]): TensorView & { data: Float32Array<ArrayBuffer> } {
  return { data: new Float32Array(shape.reduce((product, size) => product * size, 1)), shape };
}

/** Whole numbers as int64 with a shape (by default one axis). */
export function int64(
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
): TensorView & { data: BigInt64Array<ArrayBuffer> } {
  const data = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]);
  return { data, shape };
}

/** Numbers as float32 with a shape (by default one axis). */
export function float32(
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
): TensorView & { data: Float32Array<ArrayBuffer> } {
  return { data: Float32Array.from(values), shape };
}
