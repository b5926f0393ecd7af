/** Looking rows up, and adding into them. */

import type { Tensor } from "../graph.ts";
import { cast } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { expandLike, reshape, shapeOf } from "./shape.ts";

/** Float32 zeros of a tensor's shape. */
export function zerosLike(a: Tensor): Tensor {
  return a.graph.node("ConstantOfShape", [shapeOf(a)], a.shape);
}

/** Rows of a table [rows, width] by an index of any shape, which may repeat: an embedding. */
export function gatherRows(table: Tensor, index: Tensor): Tensor {
  const y = table.graph.node("Gather", [table, index], [...index.shape, table.size(-1)], {
    attributes: { axis: 0 },
  });
  table.graph.rule([table], [y], ([d]) => [{ index, rows: d! }]);
  return y;
}

/** Up to this many rows, a product with a one-hot matrix is several times faster than adding element by element. */
const ONE_HOT_ROWS = 1024;

/**
 * The table with `rows` added at `index`.
 *
 * By ScatterElements where the table is large: ScatterND with `reduction=add` loses updates to repeated rows as soon
 * as two threads share it (ONNX Runtime 1.30, CPU), silently.
 */
export function addScatteredRows(table: Tensor, index: Tensor, rows: Tensor): Tensor {
  const graph = table.graph, count = table.size(0);
  const flatRows = reshape(rows, ["rows", table.size(-1)]);
  if (count <= ONE_HOT_ROWS) {
    // Rows of the identity: ONNX Runtime's OneHot takes ten times as long, on one thread.
    const square = graph.node("ConstantOfShape", [graph.integers([count, count])], [count, count]);
    const identity = graph.node("EyeLike", [square], [count, count]);
    const oneHot = graph.node("Gather", [identity, reshape(index, ["rows"])], ["rows", count], {
      attributes: { axis: 0 },
    });
    return graph.node(
      "Add",
      [table, matmul(oneHot, flatRows, { transposeA: true })],
      table.shape,
    );
  }
  const columns = reshape(index, ["rows", 1]);
  return graph.node(
    "ScatterElements",
    [table, expandLike(columns, flatRows), flatRows],
    table.shape,
    { attributes: { axis: 0, reduction: "add" } },
  );
}

/** Rows of a table [rows, width] by a vector of row numbers, none of which repeats. */
export function selectRows(table: Tensor, index: Tensor): Tensor {
  const [count] = index.shape;
  const y = table.graph.node("Gather", [table, index], [count, table.size(-1)], {
    type: table.type,
    attributes: { axis: 0 },
  });
  // Without repeats nothing has to be added, and ScatterND copies whole rows.
  table.graph.rule([table], [y], ([d]) => {
    const { graph, shape, type } = table, zeros = cast(zerosLike(table), type);
    return [graph.node("ScatterND", [zeros, reshape(index, [count, 1]), d!], shape, { type })];
  });
  return y;
}
