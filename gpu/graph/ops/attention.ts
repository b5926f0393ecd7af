/** Causal grouped-query attention for training: every position at once, probabilities kept for the gradient. */

import type { Tensor } from "../graph.ts";
import { add, cast, compare, mul, sub, where } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { reduce } from "./reduce.ts";
import { reshape, transpose } from "./shape.ts";

/**
 * −∞ where a query may not look, 0 elsewhere, [batch, 1, sequence, keys]: not at keys of later positions, and with a
 * window of w at none further back than w − 1.
 *
 * @param queries [batch, sequence] positions of the queries, float32
 * @param keys [batch, keys] positions of the keys
 */
export function causalMask(queries: Tensor, keys: Tensor, window: number | null = null): Tensor {
  const [batch, sequence] = queries.shape, count = keys.shape[1];
  const at = reshape(queries, [batch, 1, sequence, 1]), hidden = at.graph.scalar(-Infinity);
  const masked = (op: "Greater" | "LessOrEqual", bound: Tensor) =>
    where(compare(op, reshape(keys, [batch, 1, 1, count]), bound), hidden, 0);
  const ahead = masked("Greater", at);
  if (window === null) return ahead;
  return add(ahead, masked("LessOrEqual", sub(at, window)));
}

/**
 * softmax(q·kᵀ/√headSize + mask)·v.
 *
 * The queries of a key's group are laid one below the other, so that keys and values are never copied per query head.
 * Scores and softmax are float32 whatever q, k and v are: a score of 20 in bfloat16 would be off by 1/16.
 *
 * @param q [batch, heads, sequence, headSize]
 * @param k [batch, kvHeads, keys, headSize]
 * @param v as k
 * @returns [batch, sequence, heads, headSize]
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor): Tensor {
  const [batch, , sequence] = q.shape, keys = k.shape[2];
  const heads = q.size(1), kvHeads = k.size(1), headSize = q.size(3);
  const scale = 1 / Math.sqrt(headSize);

  const queries = wide(reshape(q, [batch, kvHeads, "grouped", headSize]));
  const scores = matmul(queries, wide(k), { transposeB: true, scale });
  const mixed = mix(reshape(scores, [batch, heads, sequence, keys]), v, mask);
  return transpose(reshape(mixed, [batch, heads, sequence, headSize]), [0, 2, 1, 3]);
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
 * the softmax's own Σ dP∘P over all keys (Dao et al. 2022, appendix B.2).
 *
 * @param scores [batch, heads, sequence, keys]
 * @param values [batch, kvHeads, keys, headSize]
 * @returns [batch, kvHeads, grouped, headSize], the queries of a group one below the other
 */
function mix(scores: Tensor, values: Tensor, mask: Tensor): Tensor {
  const graph = scores.graph, [batch, kvHeads, keys] = values.shape;
  const masked = graph.node("Add", [scores, mask], scores.shape);
  const hold = () => {
    const floor = sub(reduce("ReduceMax", masked, [-1], true), NEGLIGIBLE);
    return graph.node("Max", [masked, floor], scores.shape);
  };
  const held = values.type === "float32" ? hold() : masked;
  const softmax = graph.node("Softmax", [held], scores.shape, { attributes: { axis: -1 } });
  const p = cast(reshape(softmax, [batch, kvHeads, "grouped", keys]), values.type);
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
