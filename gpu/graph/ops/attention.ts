/** Causal grouped-query attention for training: every position at once, probabilities kept for the gradient. */

import type { Tensor } from "../graph.ts";
import { add, cast, mul, sub } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { reduce } from "./reduce.ts";
import { reshape, transpose } from "./shape.ts";

/** The sizes of an attention layer. */
export interface Heads {
  /** Query heads. */
  heads: number;
  /** Key and value heads; divides `heads`. */
  kvHeads: number;
  /** Width of a head. */
  headSize: number;
}

/**
 * −∞ where a token may not look, 0 elsewhere, [sequence, sequence] for the sequence axis of `ids` [batch, sequence]:
 * not ahead, and with a window of w not further back than w − 1 tokens.
 */
export function causalMask(ids: Tensor, window: number | null = null): Tensor {
  const graph = ids.graph, [, sequence] = ids.shape;
  const length = graph.node("Shape", [ids], [1], {
    type: "int64",
    attributes: { start: 1, end: 2 },
  });
  const square = graph.node("Concat", [length, length], [2], {
    type: "int64",
    attributes: { axis: 0 },
  });
  const full = graph.node("Expand", [graph.scalar(-Infinity), square], [sequence, sequence]);
  const triangle = (diagonal: number, upper: 0 | 1) =>
    graph.node(
      "Trilu",
      [full, graph.constant(BigInt64Array.of(BigInt(diagonal)), [])],
      [sequence, sequence],
      { attributes: { upper } },
    );
  const ahead = triangle(1, 1);
  return window === null ? ahead : add(ahead, triangle(-window, 0));
}

/**
 * softmax(q·kᵀ/√headSize + mask)·v.
 *
 * The queries of a key's group are laid one below the other, so that keys and values are never copied per query head.
 * Scores and softmax are float32 whatever q, k and v are: a score of 20 in bfloat16 would be off by 1/16.
 *
 * @param q [batch, sequence, heads · headSize]
 * @param k [batch, sequence, kvHeads · headSize]
 * @param v as k
 * @returns as q
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, sizes: Heads): Tensor {
  const { heads, kvHeads, headSize } = sizes;
  const [batch, sequence] = q.shape;
  const byHead = (x: Tensor, n: number) =>
    transpose(reshape(x, [batch, sequence, n, headSize]), [0, 2, 1, 3]);
  const grouped = (x: Tensor, last: typeof sequence) =>
    reshape(x, [batch, kvHeads, "grouped", last]);
  const scale = 1 / Math.sqrt(headSize);

  const queries = wide(grouped(byHead(q, heads), headSize)), keys = wide(byHead(k, kvHeads));
  const scores = matmul(queries, keys, { transposeB: true, scale });
  const mixed = mix(reshape(scores, [batch, heads, sequence, sequence]), byHead(v, kvHeads), mask);
  const back = transpose(reshape(mixed, [batch, heads, sequence, headSize]), [0, 2, 1, 3]);
  return reshape(back, [batch, sequence, heads * headSize]);
}

const wide = (x: Tensor) => cast(x, "float32");

/**
 * Below the largest score of a row by this, a score counts as masked: e⁻⁴⁰ is nothing beside float32's precision, and
 * ONNX Runtime's softmax on the CPU takes five times as long where an exponential underflows. No CPU computes in half
 * precision, and a GPU would pay for three passes and gain nothing.
 */
const NEGLIGIBLE = 40;

/**
 * softmax(scores + mask)·values; the mask gets no gradient.
 *
 * With P the probabilities, O the result: dScores = P∘(dO·valuesᵀ − Σ dO∘O), whose sum over a head's width stands for
 * the softmax's own Σ dP∘P over a whole sequence (Dao et al. 2022, appendix B.2).
 *
 * @param scores [batch, heads, sequence, sequence]
 * @param values [batch, kvHeads, sequence, headSize]
 * @returns [batch, kvHeads, grouped, headSize], the queries of a group one below the other
 */
function mix(scores: Tensor, values: Tensor, mask: Tensor): Tensor {
  const graph = scores.graph, [batch, kvHeads, sequence] = values.shape;
  const masked = graph.node("Add", [scores, mask], scores.shape);
  const hold = () => {
    const floor = sub(reduce("ReduceMax", masked, [-1], true), NEGLIGIBLE);
    return graph.node("Max", [masked, floor], scores.shape);
  };
  const held = values.type === "float32" ? hold() : masked;
  const softmax = graph.node("Softmax", [held], scores.shape, { attributes: { axis: -1 } });
  const p = cast(reshape(softmax, [batch, kvHeads, "grouped", sequence]), values.type);
  const y = graph.node("MatMul", [p, values], [batch, kvHeads, "grouped", values.size(-1)], {
    type: values.type,
  });
  graph.rule([scores, values], [y], ([d]) => {
    const dWide = wide(d!), inner = reduce("ReduceSum", mul(dWide, wide(y)), [-1], true);
    const dScores = mul(wide(p), sub(matmul(dWide, wide(values), { transposeB: true }), inner));
    return [reshape(dScores, scores.shape), matmul(p, d!, { transposeA: true })];
  });
  return y;
}
