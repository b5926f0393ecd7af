/** Operators that reduce along axes. */

import type { Dim, Tensor } from "../graph.ts";
import { cast, compare, div, mul } from "./elementwise.ts";
import { expandLike } from "./shape.ts";

type Reduction = "ReduceSum" | "ReduceMean" | "ReduceMax";

const positive = (axes: readonly number[], rank: number) => axes.map((a) => a < 0 ? a + rank : a);

/** The bare operator, without a differentiation rule. */
export function reduce(
  op: Reduction,
  a: Tensor,
  axes: readonly number[],
  keep: boolean,
): Tensor {
  const at = positive(axes, a.shape.length);
  const shape: Dim[] = keep
    ? a.shape.map((size, i) => at.includes(i) ? 1 : size)
    : a.shape.filter((_, i) => !at.includes(i));
  return a.graph.node(op, [a, a.graph.integers(at)], shape, {
    type: a.type,
    attributes: { keepdims: keep ? 1 : 0 },
  });
}

function kept(d: Tensor, a: Tensor, axes: readonly number[]): Tensor {
  if (d.shape.length === a.shape.length) return d;
  const at = positive(axes, a.shape.length);
  const shape = a.shape.map((size, i) => at.includes(i) ? 1 : size);
  return a.graph.node("Unsqueeze", [d, a.graph.integers(at)], shape, { type: d.type });
}

/** Σ along the axes (all of them by default). */
export function sum(a: Tensor, axes?: readonly number[], keep = false): Tensor {
  const at = axes ?? a.shape.map((_, i) => i);
  const y = reduce("ReduceSum", a, at, keep);
  a.graph.rule([a], [y], ([d]) => [expandLike(kept(d!, a, at), a)]);
  return y;
}

/** The mean along axes of fixed size. */
export function mean(a: Tensor, axes: readonly number[], keep = false): Tensor {
  const count = axes.reduce((product, axis) => product * a.size(axis), 1);
  const y = reduce("ReduceMean", a, axes, keep);
  a.graph.rule([a], [y], ([d]) => [expandLike(mul(kept(d!, a, axes), 1 / count), a)]);
  return y;
}

/** The largest along the axes; ties share the gradient. */
export function maximum(a: Tensor, axes: readonly number[], keep = false): Tensor {
  const y = reduce("ReduceMax", a, axes, keep);
  a.graph.rule([a], [y], ([d]) => {
    const hit = cast(compare("Equal", a, kept(y, a, axes)), "float32");
    const share = div(hit, reduce("ReduceSum", hit, axes, true));
    return [mul(share, kept(d!, a, axes))];
  });
  return y;
}

/** Softmax along the last axis. */
export function softmax(a: Tensor): Tensor {
  const y = a.graph.node("Softmax", [a], a.shape, { attributes: { axis: -1 } });
  a.graph.rule([a], [y], ([d]) => {
    const dy = mul(d!, y);
    const inner = reduce("ReduceSum", dy, [-1], true);
    return [a.graph.node("Sub", [dy, mul(y, inner)], a.shape)];
  });
  return y;
}
