/** Rotary position embedding (Su et al. 2021), the half-split form that Llama and Qwen use. */

import { type Graph, MICROSOFT, type Tensor } from "../graph.ts";
import { neg } from "./elementwise.ts";

/** The cosines and sines of every position's angles, each [positions, headSize / 2]. */
export interface RotaryTable {
  /** Cosines. */
  cos: Tensor;
  /** Sines. */
  sin: Tensor;
}

/** The values of a {@linkcode RotaryTable}: angle = position / theta^(2i / headSize). */
export function rotaryAngles(
  positions: number,
  headSize: number,
  theta: number,
): { cos: Float32Array<ArrayBuffer>; sin: Float32Array<ArrayBuffer> } {
  const half = headSize / 2;
  const cos = new Float32Array(positions * half), sin = new Float32Array(positions * half);
  for (let i = 0; i < half; i++) {
    // transformers computes the frequency and the angle in float32; so do we, or long contexts drift apart.
    const exponent = Math.fround((2 * i) / headSize);
    const frequency = Math.fround(1 / Math.fround(theta ** exponent));
    for (let p = 0; p < positions; p++) {
      const angle = Math.fround(p * frequency);
      cos[p * half + i] = Math.cos(angle);
      sin[p * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/** A {@linkcode RotaryTable} as constants of a graph. */
export function rotaryTable(
  graph: Graph,
  positions: number,
  headSize: number,
  theta: number,
): RotaryTable {
  const { cos, sin } = rotaryAngles(positions, headSize, theta);
  const shape = [positions, headSize / 2];
  return { cos: graph.constant(cos, shape), sin: graph.constant(sin, shape) };
}

/**
 * Rotates heads laid out as [batch, sequence, heads · headSize].
 *
 * @param positions of each token [batch, sequence], int64; 0, 1, 2, … where left out
 */
export function rotary(x: Tensor, { cos, sin }: RotaryTable, positions?: Tensor): Tensor {
  const graph = x.graph;
  const at = positions ?? graph.integers([0]); // one number is the first position
  const apply = (v: Tensor, s: Tensor) =>
    graph.node("RotaryEmbedding", [v, at, cos, s], v.shape, {
      domain: MICROSOFT,
      attributes: { interleaved: 0 },
    });
  const y = apply(x, sin);
  // A rotation's transpose is the rotation by the opposite angle.
  graph.rule([x], [y], ([d]) => [apply(d!, neg(sin))]);
  return y;
}
