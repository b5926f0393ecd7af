/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) with clipping by the global norm, as `torch.optim.AdamW` and
 * `clip_grad_norm_` compute them.
 *
 * The update is a small elementwise graph run over one long vector in pieces that stay in the processor's cache,
 * in place: each of its inputs is read once, before the output that lies over it is written.
 */

import { type Binding, Device, float32, type Program, zeros } from "../device.ts";
import { availableParallelism } from "node:os";
import * as g from "../graph/mod.ts";
import { ParameterArray } from "./parameters.ts";

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

/** Elements a piece, at most: ten arrays of it fit the second-level cache (1 << 17 takes a fifth longer). */
const PIECE = 1 << 15;

/** Pieces a run: handing so much work to another thread costs little beside it. */
const PIECES = 16;

/** AdamW over a decoder's flat weights. */
export class AdamW implements Disposable {
  /** First moment. */
  readonly m: ParameterArray;
  /** Second moment. */
  readonly v: ParameterArray;
  /** Updates so far; set it together with the moments when a checkpoint is loaded. */
  step = 0;
  readonly #norm: Program;
  readonly #update: Program;
  readonly #runs: { norm: Binding; update: Binding; squares: Float32Array[] }[] = [];
  readonly #lanes: number;
  /** [m·, g→m, v·, g²→v, step size, ε, decay]: the scalars of one update. */
  readonly #scalars: Record<string, ReturnType<typeof float32>>;
  readonly #options: Required<AdamWOptions>;

  /**
   * Starts with moments of zero.
   *
   * @param weights updated in place
   * @param gradients read where they lie
   */
  constructor(
    device: Device,
    readonly weights: ParameterArray,
    gradients: ParameterArray,
    options: AdamWOptions = {},
  ) {
    this.#options = {
      betas: [0.9, 0.999],
      epsilon: 1e-8,
      weightDecay: 0.01,
      maxNorm: 1,
      ...options,
    };
    this.m = new ParameterArray(weights.layout);
    this.v = new ParameterArray(weights.layout);
    this.#scalars = Object.fromEntries(SCALARS.map((name) => [name, float32([0], [])]));
    // An operator's own threads gain nothing on pieces so small; whole runs side by side do.
    this.#lanes = device.threads || availableParallelism();
    const lane = new Device({ ...device.options, threads: 1 });
    this.#norm = lane.compile(squareGraph());
    this.#update = lane.compile(updateGraph());
    const total = weights.data.length;
    const runs = Math.ceil(total / (PIECE * PIECES));
    const piece = Math.ceil(total / (runs * PIECES));
    for (let start = 0; start < total; start += piece * PIECES) {
      const named = (name: string, { data }: ParameterArray) =>
        Object.fromEntries(
          range(PIECES).map((i) => {
            const part = data.subarray(start + i * piece, start + (i + 1) * piece);
            return [`${name}.${i}`, { data: part, shape: [part.length] }];
          }),
        );
      const [w, m, v] = ["w", "m", "v"].map((name, i) => named(name, [weights, this.m, this.v][i]));
      const gradient = named("gradient", gradients);
      const next = { ...named("w′", weights), ...named("m′", this.m), ...named("v′", this.v) };
      const squares = range(PIECES).map(() => zeros([]));
      this.#runs.push({
        norm: this.#norm.bind(
          gradient,
          Object.fromEntries(squares.map((square, i) => [`square.${i}`, square])),
        ),
        update: this.#update.bind({ ...w, ...m, ...v, ...gradient, ...this.#scalars }, next),
        squares: squares.map(({ data }) => data),
      });
    }
  }

  /** One update by the gradients as they lie. */
  async update(learningRate: number): Promise<UpdateReport> {
    await this.#each(({ norm }) => norm);
    const squares = this.#runs.flatMap(({ squares }) => squares);
    const gradientNorm = Math.sqrt(squares.reduce((sum, [square]) => sum + square, 0));
    if (!Number.isFinite(gradientNorm)) return { gradientNorm, applied: false };

    this.step++;
    const { betas: [b1, b2], epsilon, weightDecay, maxNorm } = this.#options;
    const clip = Math.min(1, maxNorm / (gradientNorm + 1e-6));
    const correction = Math.sqrt(1 - b2 ** this.step);
    const set = (name: typeof SCALARS[number], value: number) =>
      this.#scalars[name].data[0] = value;
    set("keepM", b1);
    set("addM", (1 - b1) * clip);
    set("keepV", b2);
    set("addV", (1 - b2) * clip * clip);
    // m̂ / (√v̂ + ε) = m / (√v + ε·√(1−β₂ᵗ)) · √(1−β₂ᵗ) / (1−β₁ᵗ)
    set("stepSize", learningRate * correction / (1 - b1 ** this.step));
    set("epsilon", epsilon * correction);
    set("keepW", 1 - learningRate * weightDecay);
    await this.#each(({ update }) => update);
    return { gradientNorm, applied: true };
  }

  /** Runs all runs, as many side by side as there are lanes. */
  async #each(chosen: (run: { norm: Binding; update: Binding }) => Binding): Promise<void> {
    const waiting = this.#runs.values();
    const lane = async () => {
      for (const run of waiting) await chosen(run).run();
    };
    await Promise.all(range(this.#lanes).map(lane));
  }

  /** Frees the compiled graphs. */
  [Symbol.dispose](): void {
    for (const { norm, update } of this.#runs) {
      norm[Symbol.dispose]();
      update[Symbol.dispose]();
    }
    this.#norm[Symbol.dispose]();
    this.#update[Symbol.dispose]();
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
