/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) with clipping by the global norm, as `torch.optim.AdamW` and
 * `clip_grad_norm_` compute them.
 *
 * The update is a small elementwise graph over one long vector, in place: each of its inputs is read before the output
 * that lies over it is written.
 */

import type { Device, DeviceArray } from "../device.ts";
import * as g from "../graph/mod.ts";
import { ALONE, share } from "../group/collective.ts";
import type { DeviceParameters, SharedPart } from "./device_parameters.ts";
import { InPieces } from "./pieces.ts";

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

/** A part of the weights, its moments, and what is done with them. */
interface Part extends SharedPart {
  /** The gradient of the part; after the sum over ranks, in place, that of the rank's share is the sum. */
  gradient: DeviceArray;
  m: DeviceArray;
  v: DeviceArray;
  norm: InPieces;
  update: InPieces;
}

/** AdamW over a decoder's flat weights; on a rank of a group, over its share of them, for all ranks. */
export class AdamW implements Disposable {
  /** Updates so far; set it together with the moments when a checkpoint is loaded. */
  step = 0;
  readonly #device: Device;
  readonly #parts: readonly Part[];
  /** One scalar of an update after the other, in the order of {@linkcode SCALARS}. */
  readonly #scalars: DeviceArray;
  readonly #options: Required<AdamWOptions>;

  /**
   * Starts with moments of zero.
   *
   * @param weights updated in place
   * @param gradients read where they lie; an update of a group's rank overwrites them
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
    this.#scalars = device.array(SCALARS.length);
    const scalars = Object.fromEntries(
      SCALARS.map((name, i) => [name, this.#scalars.subarray(i, i + 1)]),
    );
    const { rank, size } = device.collective ?? ALONE;
    this.#parts = weights.shared().map((shared) => {
      const { start, end, own: w } = shared, length = end - start;
      const whole = gradients.data.subarray(start, end), place = share(length, rank, size);
      const gradient = whole.subarray(place.start, place.end);
      const m = device.array(w.length), v = device.array(w.length);
      // The last rank's share is the longest; all have as many pieces, so that the norms of the pieces can be summed.
      const longest = length - share(length, size - 1, size).start;
      const squares = { inputs: { gradient }, reductions: ["square"] };
      const update = { inputs: { w, m, v, gradient }, scalars, outputs: { w, m, v } };
      return {
        ...shared,
        gradient: whole,
        m,
        v,
        norm: new InPieces(device, longest, squares, squareOf),
        update: new InPieces(device, longest, update, updated),
      };
    });
  }

  /** First moments, of the rank's share of each part that {@linkcode DeviceParameters.shared} tells. */
  get m(): DeviceArray[] {
    return this.#parts.map(({ m }) => m);
  }

  /** Second moments, as {@linkcode m}. */
  get v(): DeviceArray[] {
    return this.#parts.map(({ v }) => v);
  }

  /** One update by the gradients as they lie. */
  async update(learningRate: number): Promise<UpdateReport> {
    const { collective } = this.#device;
    let squares = 0;
    for (const { gradient, norm } of this.#parts) {
      await collective?.reduceScatter(gradient);
      await norm.run();
      await collective?.allReduce(norm.reduced.square);
      squares = (await norm.reduced.square.read()).reduce((sum, square) => sum + square, squares);
    }
    const gradientNorm = Math.sqrt(squares);
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
    for (const { update, whole } of this.#parts) {
      await update.run();
      if (whole) await collective?.allGather(whole);
    }
    return { gradientNorm, applied: true };
  }

  /** Frees the compiled graphs and the moments. */
  [Symbol.dispose](): void {
    for (const { m, v, norm, update } of this.#parts) {
      for (const owned of [norm, update, m, v]) owned[Symbol.dispose]();
    }
    this.#scalars[Symbol.dispose]();
  }
}

const SCALARS = ["keepM", "addM", "keepV", "addV", "stepSize", "epsilon", "keepW"] as const;

const squareOf = ({ gradient }: Record<string, g.Tensor>) => ({
  // Of an empty piece, CUDA refuses to make a number without an axis.
  square: gradient.graph.node("ReduceSumSquare", [gradient], [1], { attributes: { keepdims: 1 } }),
});

function updated(
  { w, m, v, gradient, ...s }: Record<string, g.Tensor>,
): Record<"w" | "m" | "v", g.Tensor> {
  const nextM = g.add(g.mul(m, s.keepM), g.mul(gradient, s.addM));
  const nextV = g.add(g.mul(v, s.keepV), g.mul(g.mul(gradient, gradient), s.addV));
  const direction = g.div(nextM, g.add(g.sqrt(nextV), s.epsilon));
  return { w: g.sub(g.mul(w, s.keepW), g.mul(direction, s.stepSize)), m: nextM, v: nextV };
}
