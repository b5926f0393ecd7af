/** Rotary position embedding (Su et al. 2021), the half-split form that Llama and Qwen use. */

import { type FloatType, type Graph, MICROSOFT, type Tensor } from "../graph.ts";
import { neg } from "./elementwise.ts";

/** The cosines and sines of every position's angles, each [positions, headSize / 2]. */
export interface RotaryTable {
  /** Cosines. */
  cos: Tensor;
  /** Sines. */
  sin: Tensor;
}

/** The values of a {@linkcode RotaryTable}: angle = position · frequency. */
export function rotaryAngles(
  positions: number,
  frequencies: readonly number[],
): { cos: Float32Array<ArrayBuffer>; sin: Float32Array<ArrayBuffer> } {
  const half = frequencies.length;
  const cos = new Float32Array(positions * half), sin = new Float32Array(positions * half);
  frequencies.forEach((frequency, i) => {
    for (let p = 0; p < positions; p++) {
      // transformers computes the angle in float32; so do we, or long contexts drift apart.
      const angle = Math.fround(p * frequency);
      cos[p * half + i] = Math.cos(angle);
      sin[p * half + i] = Math.sin(angle);
    }
  });
  return { cos, sin };
}

/**
 * A {@linkcode RotaryTable} as constants of a graph.
 *
 * @param frequencies of each pair of a head's numbers, in radians a position
 * @param type of the heads that it rotates
 */
export function rotaryTable(
  graph: Graph,
  positions: number,
  frequencies: readonly number[],
  type: FloatType = "float32",
): RotaryTable {
  const { cos, sin } = rotaryAngles(positions, frequencies);
  const shape = [positions, frequencies.length];
  return { cos: graph.constant(cos, shape, type), sin: graph.constant(sin, shape, type) };
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
      type: x.type,
      domain: MICROSOFT,
      attributes: { interleaved: 0 },
    });
  const y = apply(x, sin);
  // A rotation's transpose is the rotation by the opposite angle.
  graph.rule([x], [y], ([d]) => [apply(d!, neg(sin))]);
  return y;
}
