/** Matrix products with transposes and a factor folded in, so that weights keep PyTorch's [out, in] layout. */

import { MICROSOFT, type Tensor } from "../graph.ts";
import { reshape } from "./shape.ts";

/** How a product is taken. */
export interface MatmulOptions {
  /** Transposes the last two axes of a. */
  transposeA?: boolean;
  /** Transposes the last two axes of b. */
  transposeB?: boolean;
  /** Multiplies the product. */
  scale?: number;
}

/** scale · a·b over the last two axes; leading axes must agree, or b is a plain matrix. */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA: ta = false, transposeB: tb = false, scale = 1 } = options;
  const rows = a.shape.at(ta ? -1 : -2)!, columns = b.shape.at(tb ? -2 : -1)!;
  const shape = [...a.shape.slice(0, -2), rows, columns], { type } = a;
  if (b.type !== type) throw new Error(`A product of ${type} with ${b.type}`);
  const y = ta || tb || scale !== 1
    ? a.graph.node("FusedMatMul", [a, b], shape, {
      type,
      domain: MICROSOFT,
      attributes: { transA: ta ? 1 : 0, transB: tb ? 1 : 0, alpha: { float: scale } },
    })
    : a.graph.node("MatMul", [a, b], shape, { type });
  a.graph.rule([a, b], [y], ([d]) => [
    a.differentiable
      ? ta
        ? matmul(b, d!, { transposeA: tb, transposeB: true, scale })
        : matmul(d!, b, { transposeB: !tb, scale })
      : null,
    b.differentiable ? gradientOfB(a, b, d!, ta, tb, scale) : null,
  ]);
  return y;
}

function gradientOfB(
  a: Tensor,
  b: Tensor,
  d: Tensor,
  ta: boolean,
  tb: boolean,
  scale: number,
): Tensor {
  if (b.shape.length === 2 && a.shape.length > 2) {
    // One product over all rows sums what the leading axes would have to be summed over.
    a = reshape(a, ["rows", a.size(-1)]);
    d = reshape(d, ["rows", d.size(-1)]);
  }
  return tb
    ? matmul(d, a, { transposeA: true, transposeB: ta, scale })
    : matmul(a, d, { transposeA: !ta, scale });
}
