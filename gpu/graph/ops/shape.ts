/** Operators that rearrange without computing. */

import type { Dim, Tensor } from "../graph.ts";

/** The run-time shape of a tensor, int64. */
export function shapeOf(a: Tensor): Tensor {
  return a.graph.node("Shape", [a], [a.shape.length], { type: "int64" });
}

/**
 * The same elements under another shape.
 *
 * ONNX's Reshape can keep the size of an axis (0) and work one out (−1). So a symbolic size must stand on the same
 * axis as before, or be the only other one.
 *
 * @param lengths the shape when the graph runs, int64, where more of it is unknown
 */
export function reshape(a: Tensor, shape: readonly Dim[], lengths?: Tensor): Tensor {
  const y = a.graph.node(
    "Reshape",
    [a, lengths ?? a.graph.integers(reshapeCode(a, shape))],
    shape,
    { type: a.type },
  );
  a.graph.rule([a], [y], ([d]) => {
    const unknown = a.shape.filter((size, i) =>
      typeof size === "string" && size !== shape[i]
    ).length;
    if (unknown <= 1) return [reshape(d!, a.shape)];
    return [a.graph.node("Reshape", [d!, shapeOf(a)], a.shape, { type: a.type })];
  });
  return y;
}

function reshapeCode(a: Tensor, shape: readonly Dim[]): number[] {
  const code = shape.map((size, i) =>
    typeof size === "number" ? size : size === a.shape[i] ? 0 : -1
  );
  if (code.filter((c) => c === -1).length > 1) {
    throw new Error(`Cannot reshape [${a.shape}] to [${shape}]: more than one size is unknown`);
  }
  return code;
}

/** Axes in another order. */
export function transpose(a: Tensor, order: readonly number[]): Tensor {
  const y = a.graph.node("Transpose", [a], order.map((axis) => a.shape[axis]), {
    type: a.type,
    attributes: { perm: [...order] },
  });
  const inverse = order.map((_, axis) => order.indexOf(axis));
  a.graph.rule([a], [y], ([d]) => [transpose(d!, inverse)]);
  return y;
}

/**
 * Pieces along an axis.
 *
 * @param sizes of the pieces there
 * @param lengths the same when the graph runs [pieces], int64, where a size is a name
 * @param axis negative counts from the end
 */
export function split(
  a: Tensor,
  sizes: readonly Dim[],
  axis = -1,
  lengths: Tensor = a.graph.integers(sizes as readonly number[]),
): Tensor[] {
  const at = axis < 0 ? a.shape.length + axis : axis;
  const parts = a.graph.multi("Split", [a, lengths], sizes.map((size) => a.shape.with(at, size)), {
    type: a.type,
    attributes: { axis: at },
  });
  a.graph.rule([a], parts, (ds) => {
    if (ds.some((d) => d === null)) throw new Error("A piece of a split has no gradient");
    return [concat(ds as Tensor[], at)];
  });
  return parts;
}

/** Tensors joined along an axis; negative counts from the end. */
export function concat(parts: readonly Tensor[], axis = -1): Tensor {
  const [first] = parts, { graph } = first;
  const at = axis < 0 ? first.shape.length + axis : axis;
  const sizes = parts.map((p) => p.shape[at]);
  const fixed = sizes.every((size) => typeof size === "number");
  const size = fixed ? sizes.reduce((sum, size) => sum + size, 0) : sizes.join(" + ");
  const y = graph.node("Concat", parts, first.shape.with(at, size), {
    type: first.type,
    attributes: { axis: at },
  });
  graph.rule(parts, [y], ([d]) => {
    if (fixed) return split(d!, sizes, at);
    return split(d!, sizes, at, concat(parts.map((p) => lengthOf(p, at)), 0));
  });
  return y;
}

/** The run-time length of an axis [1], int64. */
export function lengthOf(a: Tensor, axis: number): Tensor {
  const attributes = { start: axis, end: axis + 1 };
  return a.graph.node("Shape", [a], [1], { type: "int64", attributes });
}

/** Repeats along broadcast axes up to another tensor's shape; used by gradients alone. */
export function expandLike(a: Tensor, like: Tensor): Tensor {
  return a.graph.node("Expand", [a, shapeOf(like)], like.shape, { type: a.type });
}
