/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) with clipping by the global norm, as `torch.optim.AdamW` and
 * `clip_grad_norm_` compute them.
 *
 * The update is a small elementwise graph run over one long vector in pieces that stay in the processor's cache,
 * in place: each of its inputs is read once, before the output that lies over it is written.
 */

import type { Binding, Device, DeviceArray, Program } from "../device.ts";
import * as g from "../graph/mod.ts";
import { share } from "../group/collective.ts";
import type { DeviceParameters } from "./device_parameters.ts";

/** AdamW's constants. */
export interface AdamWOptions {
  /** Decay of the first and second moment. @default [0.9, 0.999] */
  betas?: readonly [number, number];
  /** Added to √v̂. @default 1e-8 */
  epsilon?: number;
  /** Decoupled weight decay, applied to every parameter. @default 0.01 */
  weightDecay?: number;
  /** The gradient is scaled down to at most this norm; Infinity leaves it. @default 1 */
  maxNorm?: number;
}

/** What an update did. */
export interface UpdateReport {
  /** The gradient's norm before clipping. */
  gradientNorm: number;
  /** False when the gradient was not finite: then nothing was changed. */
  applied: boolean;
}

/**
 * Elements a piece, at most. On a CPU ten arrays of it fit the second-level cache (1 << 17 takes a fifth longer); a GPU
 * wants few and large ones.
 */
const PIECE = { CPU: 1 << 15, CUDA: 1 << 22 };

/** Pieces a run: handing so much work to another thread costs little beside it. */
const PIECES = 16;

/** AdamW over a decoder's flat weights; on a rank of a group, over its share of them, for all ranks. */
export class AdamW implements Disposable {
  /** First moment, of the rank's share. */
  readonly m: DeviceArray;
  /** Second moment, of the rank's share. */
  readonly v: DeviceArray;
  /** Updates so far; set it together with the moments when a checkpoint is loaded. */
  step = 0;
  readonly #device: Device;
  readonly #programs: readonly Program[];
  readonly #norms: Binding[] = [];
  readonly #updates: Binding[] = [];
  /** One scalar of an update after the other, in the order of {@linkcode SCALARS}. */
  readonly #scalars: DeviceArray;
  /** Σg² of each piece. */
  readonly #squares: DeviceArray;
  /** On a rank of a group: its share of the sum of all ranks' gradients. */
  readonly #summed: DeviceArray | undefined;
  readonly #options: Required<AdamWOptions>;

  /**
   * Starts with moments of zero.
   *
   * @param weights updated in place
   * @param gradients read where they lie
   */
  constructor(
    device: Device,
    readonly weights: DeviceParameters,
    readonly gradients: DeviceParameters,
    options: AdamWOptions = {},
  ) {
    this.#options = {
      betas: [0.9, 0.999],
      epsilon: 1e-8,
      weightDecay: 0.01,
      maxNorm: 1,
      ...options,
    };
    this.#device = device;
    const { rank, size } = device.collective ?? { rank: 0, size: 1 };
    const { start, end } = share(weights.data.length, rank, size), total = end - start;
    this.m = device.array(total);
    this.v = device.array(total);
    if (device.collective) this.#summed = device.array(total);
    // The last rank's share is the longest; all have as many pieces, so that the norms of the pieces can be summed.
    const longest = weights.data.length - share(weights.data.length, size - 1, size).start;
    const runs = Math.ceil(longest / (PIECE[device.provider] * PIECES));
    const piece = Math.ceil(longest / (runs * PIECES));
    this.#scalars = device.array(SCALARS.length);
    this.#squares = device.array(runs * PIECES);
    // An operator's own threads gain nothing on pieces so small; whole runs side by side do.
    const [norm, update] = this.#programs = [squareGraph(), updateGraph()].map((graph) =>
      device.compile(graph, {}, { threads: 1 })
    );
    const one = (array: DeviceArray, i: number) => ({
      data: array.subarray(i, i + 1),
      shape: [],
    });
    const scalars = Object.fromEntries(SCALARS.map((name, i) => [name, one(this.#scalars, i)]));
    for (let run = 0; run < runs; run++) {
      const pieces = range(PIECES).map((i) => (run * PIECES + i) * piece);
      const named = (name: string, data: DeviceArray) =>
        Object.fromEntries(
          pieces.map((start, i) => {
            const part = data.subarray(Math.min(start, total), Math.min(start + piece, total));
            return [`${name}.${i}`, { data: part, shape: [part.length] }];
          }),
        );
      const own = weights.data.subarray(start, end);
      const [w, m, v] = ["w", "m", "v"].map((name, i) => named(name, [own, this.m, this.v][i]));
      const gradient = named("gradient", this.#summed ?? gradients.data);
      const next = { ...named("w′", own), ...named("m′", this.m), ...named("v′", this.v) };
      const squares = range(PIECES).map((i) => one(this.#squares, run * PIECES + i));
      this.#norms.push(
        norm.bind(
          gradient,
          Object.fromEntries(squares.map((square, i) => [`square.${i}`, square])),
        ),
      );
      this.#updates.push(update.bind({ ...w, ...m, ...v, ...gradient, ...scalars }, next));
    }
  }

  /** One update by the gradients as they lie. */
  async update(learningRate: number): Promise<UpdateReport> {
    const { collective } = this.#device;
    if (this.#summed) await collective!.reduceScatter(this.gradients.data, this.#summed);
    await this.#device.runAll(this.#norms);
    await collective?.allReduce(this.#squares);
    const squares = await this.#squares.read();
    const gradientNorm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    if (!Number.isFinite(gradientNorm)) return { gradientNorm, applied: false };

    this.step++;
    const { betas: [b1, b2], epsilon, weightDecay, maxNorm } = this.#options;
    const clip = Math.min(1, maxNorm / (gradientNorm + 1e-6));
    const correction = Math.sqrt(1 - b2 ** this.step);
    const scalars: Record<typeof SCALARS[number], number> = {
      keepM: b1,
      addM: (1 - b1) * clip,
      keepV: b2,
      addV: (1 - b2) * clip * clip,
      // m̂ / (√v̂ + ε) = m / (√v + ε·√(1−β₂ᵗ)) · √(1−β₂ᵗ) / (1−β₁ᵗ)
      stepSize: learningRate * correction / (1 - b1 ** this.step),
      epsilon: epsilon * correction,
      keepW: 1 - learningRate * weightDecay,
    };
    await this.#scalars.write(Float32Array.from(SCALARS, (name) => scalars[name]));
    await this.#device.runAll(this.#updates);
    await collective?.allGather(this.weights.data);
    return { gradientNorm, applied: true };
  }

  /** Frees the compiled graphs and the moments. */
  [Symbol.dispose](): void {
    const { m, v } = this;
    for (const binding of [...this.#norms, ...this.#updates]) binding[Symbol.dispose]();
    for (const program of this.#programs) program[Symbol.dispose]();
    for (const array of [m, v, this.#summed, this.#scalars, this.#squares]) {
      array?.[Symbol.dispose]();
    }
  }
}

const SCALARS = ["keepM", "addM", "keepV", "addV", "stepSize", "epsilon", "keepW"] as const;

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function squareGraph(): g.Graph {
  const graph = new g.Graph();
  for (const i of range(PIECES)) {
    const gradient = graph.input(`gradient.${i}`, [`n${i}`]);
    const square = graph.node("ReduceSumSquare", [gradient], [], { attributes: { keepdims: 0 } });
    graph.output(`square.${i}`, square);
  }
  return graph;
}

function updateGraph(): g.Graph {
  const graph = new g.Graph();
  const s = Object.fromEntries(SCALARS.map((name) => [name, graph.input(name, [])]));
  for (const i of range(PIECES)) {
    const [w, m, v, gradient] = ["w", "m", "v", "gradient"].map((name) =>
      graph.input(`${name}.${i}`, [`n${i}`])
    );
    const nextM = g.add(g.mul(m, s.keepM), g.mul(gradient, s.addM));
    const nextV = g.add(g.mul(v, s.keepV), g.mul(g.mul(gradient, gradient), s.addV));
    const direction = g.div(nextM, g.add(g.sqrt(nextV), s.epsilon));
    graph.output(`m′.${i}`, nextM);
    graph.output(`v′.${i}`, nextV);
    graph.output(`w′.${i}`, g.sub(g.mul(w, s.keepW), g.mul(direction, s.stepSize)));
  }
  return graph;
}
