/**
 * Weights as graphs multiply with them: in half precision beside the float32 masters that the optimizer updates.
 *
 * One copy, made anew after an update, serves training and decoding: 2 bytes a weight. Casts inside the graphs would
 * need the same memory once for each compiled graph, and would read every master again for each decoded token, which
 * is three times what reading the copy takes.
 *
 * On ranks of a group, each rank has a share of the masters alone: it copies that, and gets the others' copies.
 *
 * Norms, embedding and head have no copy. A norm is computed in float32; the embedding is looked up, not multiplied;
 * and logits in bfloat16 would be rounded to 1/16 at 20, which is more than an update changes them by.
 */

import type { Binding, Device, DeviceArray, Program, TensorView } from "../device.ts";
import * as g from "../graph/mod.ts";
import { ALONE, share } from "../group/collective.ts";
import type { HalfType } from "../half.ts";
import { type Block, factorsOf, isFactor, type Layout } from "./parameters.ts";

/** Elements a run, at most: CUDA kernels of ONNX Runtime count in int32. */
const PIECE = 1 << 28;

/** A copy of a layout's factors. */
export class ComputeCopy implements Disposable {
  readonly #array: DeviceArray<HalfType>;
  readonly #blocks: readonly Block[];
  /** The layout's element that it begins with. */
  readonly #start: number;
  readonly #program: Program;
  readonly #casts: Binding[] = [];
  #fresh: Promise<void> | undefined;

  /**
   * Copies nothing yet.
   *
   * @param masters the layout's elements from the first factor to the last, read where they lie; of a group's rank, its
   * share of them
   */
  constructor(
    readonly device: Device,
    layout: Layout,
    masters: DeviceArray,
    readonly type: HalfType,
  ) {
    this.#blocks = layout.blocks.filter(({ name }) => isFactor(name));
    // The norms between factors are not worth leaving out.
    const { start, end } = factorsOf(layout), { rank, size } = device.collective ?? ALONE;
    this.#start = start;
    this.#array = device.array(end - start, type);
    const place = share(end - start, rank, size),
      own = this.#array.subarray(place.start, place.end);
    this.#program = device.compile(castGraph(type));
    for (let at = 0; at < own.length; at += PIECE) {
      const to = Math.min(own.length, at + PIECE), shape = [to - at];
      this.#casts.push(
        this.#program.bind({ master: { data: masters.subarray(at, to), shape } }, {
          copy: { data: own.subarray(at, to), shape },
        }),
      );
    }
  }

  /** Bytes of a copy, for a memory plan. */
  static bytes(layout: Layout): number {
    const sizes = layout.blocks.filter(({ name }) => isFactor(name)).map((b) => elements(b.shape));
    return 2 * sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Each factor over the copy's memory. */
  blocks(): Record<string, TensorView<DeviceArray<HalfType>>> {
    return Object.fromEntries(
      this.#blocks.map(({ name, shape, offset }) => {
        const at = offset - this.#start;
        return [name, { data: this.#array.subarray(at, at + elements(shape)), shape }];
      }),
    );
  }

  /** The masters have changed; those of all ranks, where there are several. */
  changed(): void {
    this.#fresh = undefined;
    // Every rank has to take part now: one that gets no rows would not ask for the copy.
    if (this.device.collective) this.refresh().catch(() => {}); // Whoever asks for it next is told.
  }

  /** Copies the masters, where they have changed since the last time. */
  refresh(): Promise<void> {
    return this.#fresh ??= this.#refresh();
  }

  async #refresh(): Promise<void> {
    const { device } = this;
    // Not waited for one after the other: requests are done in order.
    await Promise.all([device.runAll(this.#casts), device.collective?.allGather(this.#array)]);
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    for (const binding of this.#casts) binding[Symbol.dispose]();
    this.#program[Symbol.dispose]();
    this.#array[Symbol.dispose]();
  }
}

const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

function castGraph(type: HalfType): g.Graph {
  const graph = new g.Graph();
  graph.output("copy", g.cast(graph.input("master", ["n"]), type));
  return graph;
}
