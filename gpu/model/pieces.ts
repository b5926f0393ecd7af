/**
 * Elementwise work on long vectors, in pieces: each stays in the processor's cache while a graph's operators pass over
 * it, and whole runs go side by side, for an operator's own threads gain nothing on pieces so small.
 */

import type { Binding, Device, DeviceArray, Program } from "../device.ts";
import * as g from "../graph/mod.ts";

/**
 * Elements a piece, at most. On a CPU ten arrays of it fit the second-level cache (1 << 17 takes a fifth longer); a GPU
 * wants few and large ones.
 */
const PIECE = { CPU: 1 << 15, CUDA: 1 << 22 };

/** Pieces a run: handing so much work to another thread costs little beside it. */
const PIECES = 16;

/** What an {@linkcode InPieces} reads and writes. Outputs may lie over inputs. */
export interface Vectors {
  /** Vectors, read in pieces. */
  inputs: Record<string, DeviceArray>;
  /** Read whole by every piece, one element each. */
  scalars?: Record<string, DeviceArray>;
  /** Vectors, written in pieces. */
  outputs?: Record<string, DeviceArray>;
  /** Outputs [1] of each piece: see {@linkcode InPieces.reduced}. */
  reductions?: readonly string[];
}

/** A small graph that is run over all pieces of some vectors. */
export class InPieces implements Disposable {
  /** What became of each piece, in order, by the names of the reductions. */
  readonly reduced: Record<string, DeviceArray>;
  readonly #program: Program;
  readonly #bindings: Binding[] = [];

  /**
   * @param length what the pieces are made for: vectors may be shorter, and have shorter or no last pieces
   * @param piece from a piece of each input, [n], and the scalars, [], to outputs of the names in `vectors`
   */
  constructor(
    readonly device: Device,
    length: number,
    vectors: Vectors,
    piece: (inputs: Record<string, g.Tensor>) => Record<string, g.Tensor>,
  ) {
    const { inputs, scalars = {}, outputs = {} } = vectors;
    const runs = Math.ceil(length / (PIECE[device.provider] * PIECES));
    const pieces = runs * PIECES;
    const size = Math.ceil(length / pieces);
    this.reduced = Object.fromEntries(
      (vectors.reductions ?? []).map((name) => [name, device.array(pieces)]),
    );
    const graph = new g.Graph();
    const shared = declared(Object.keys(scalars), (name) => graph.input(name, []));
    for (const i of range(PIECES)) {
      const own = declared(Object.keys(inputs), (name) => graph.input(`${name}.${i}`, [`n${i}`]));
      for (const [name, tensor] of Object.entries(piece({ ...shared, ...own }))) {
        graph.output(`${name}′.${i}`, tensor);
      }
    }
    this.#program = device.compile(graph, {}, { threads: 1 });
    for (const run of range(runs)) {
      const bound = (
        arrays: Record<string, DeviceArray>,
        prime: string,
        view: (array: DeviceArray, piece: number) => { data: DeviceArray; shape: number[] },
      ) =>
        Object.fromEntries(
          Object.entries(arrays).flatMap(([name, array]) =>
            range(PIECES).map((i) => [`${name}${prime}.${i}`, view(array, run * PIECES + i)])
          ),
        );
      const part = (array: DeviceArray, piece: number) => {
        const data = array.subarray(
          Math.min(piece * size, array.length),
          Math.min((piece + 1) * size, array.length),
        );
        return { data, shape: [data.length] };
      };
      const one = (data: DeviceArray) => ({ data, shape: [] });
      const element = (array: DeviceArray, piece: number) => ({
        data: array.subarray(piece, piece + 1),
        shape: [1],
      });
      this.#bindings.push(this.#program.bind(
        {
          ...bound(inputs, "", part),
          ...Object.fromEntries(Object.entries(scalars).map(([name, a]) => [name, one(a)])),
        },
        { ...bound(outputs, "′", part), ...bound(this.reduced, "′", element) },
      ));
    }
  }

  /** Runs over all pieces. */
  run(): Promise<void> {
    return this.device.runAll(this.#bindings);
  }

  /** Frees the compiled graph and the reductions; the vectors stay the caller's. */
  [Symbol.dispose](): void {
    for (const binding of this.#bindings) binding[Symbol.dispose]();
    this.#program[Symbol.dispose]();
    for (const array of Object.values(this.reduced)) array[Symbol.dispose]();
  }
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

const declared = (names: string[], declare: (name: string) => g.Tensor) =>
  Object.fromEntries(names.map((name) => [name, declare(name)]));
