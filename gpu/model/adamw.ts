/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) with clipping by the global norm, as `torch.optim.AdamW` and
 * `clip_grad_norm_` compute them.
 *
 * The update is a small elementwise graph run over one long vector in pieces that stay in the processor's cache,
 * in place: each of its inputs is read once, before the output that lies over it is written.
 */

import type { Binding, Device, DeviceArray, Program } from "../device.ts";
import * as g from "../graph/mod.ts";
import { DeviceParameters } from "./device_parameters.ts";

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

/** AdamW over a decoder's flat weights. */
export class AdamW implements Disposable {
  /** First moment. */
  readonly m: DeviceParameters;
  /** Second moment. */
  readonly v: DeviceParameters;
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
    gradients: DeviceParameters,
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
    this.m = new DeviceParameters(device, weights.layout);
    this.v = new DeviceParameters(device, weights.layout);
    const total = weights.data.length;
    const runs = Math.ceil(total / (PIECE[device.provider] * PIECES));
    const piece = Math.ceil(total / (runs * PIECES));
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
      const named = (name: string, { data }: DeviceParameters) =>
        Object.fromEntries(
          pieces.map((start, i) => {
            const part = data.subarray(Math.min(start, total), Math.min(start + piece, total));
            return [`${name}.${i}`, { data: part, shape: [part.length] }];
          }),
        );
      const [w, m, v] = ["w", "m", "v"].map((name, i) => named(name, [weights, this.m, this.v][i]));
      const gradient = named("gradient", gradients);
      const next = { ...named("w′", weights), ...named("m′", this.m), ...named("v′", this.v) };
      const squares = range(PIECES).map((i) => ({
        ...one(this.#squares, run * PIECES + i),
        shape: [1],
      }));
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
    await this.#device.runAll(this.#norms);
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
    return { gradientNorm, applied: true };
  }

  /** Frees the compiled graphs and the moments. */
  [Symbol.dispose](): void {
    const { m, v } = this;
    for (const binding of [...this.#norms, ...this.#updates]) binding[Symbol.dispose]();
    for (const program of this.#programs) program[Symbol.dispose]();
    for (const array of [m, v, this.#scalars, this.#squares]) array[Symbol.dispose]();
  }
}

const SCALARS = ["keepM", "addM", "keepV", "addV", "stepSize", "epsilon", "keepW"] as const;

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function squareGraph(): g.Graph {
  const graph = new g.Graph();
  for (const i of range(PIECES)) {
    const gradient = graph.input(`gradient.${i}`, [`n${i}`]);
    // Where a piece is empty, CUDA refuses to make a number of its axis.
    const square = graph.node("ReduceSumSquare", [gradient], [1], { attributes: { keepdims: 1 } });
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
