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
 */
export function reshape(a: Tensor, shape: readonly Dim[]): Tensor {
  const y = a.graph.node("Reshape", [a, a.graph.integers(reshapeCode(a, shape))], shape, {
    type: a.type,
  });
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

/** Pieces of the given sizes along the last axis. */
export function split(a: Tensor, sizes: readonly number[]): Tensor[] {
  const lead = a.shape.slice(0, -1);
  const parts = a.graph.multi(
    "Split",
    [a, a.graph.integers(sizes)],
    sizes.map((size) => [...lead, size]),
    { type: a.type, attributes: { axis: a.shape.length - 1 } },
  );
  a.graph.rule([a], parts, (ds) => {
    if (ds.some((d) => d === null)) throw new Error("A piece of a split has no gradient");
    return [concat(ds as Tensor[])];
  });
  return parts;
}

/** Tensors joined along the last axis. */
export function concat(parts: readonly Tensor[]): Tensor {
  const [first] = parts, axis = first.shape.length - 1;
  const sizes = parts.map((p) => p.size(-1));
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const y = first.graph.node("Concat", parts, [...first.shape.slice(0, -1), width], {
    type: first.type,
    attributes: { axis },
  });
  first.graph.rule(parts, [y], ([d]) => split(d!, sizes));
  return y;
}

/** Repeats along broadcast axes up to another tensor's shape; used by gradients alone. */
export function expandLike(a: Tensor, like: Tensor): Tensor {
  return a.graph.node("Expand", [a, shapeOf(like)], like.shape, { type: a.type });
}
