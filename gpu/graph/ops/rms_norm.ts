/** Root-mean-square normalisation (Zhang & Sennrich 2019, eq. 4), with its gradient by hand: ONNX Runtime has none. */

import type { Tensor } from "../graph.ts";
import { mul, sub } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { reshape } from "./shape.ts";

/** x / √(mean(x²) + epsilon) · weight along the last axis. */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  const width = x.size(-1);
  const [y, inverse] = x.graph.multi(
    "SimplifiedLayerNormalization",
    [x, weight],
    [x.shape, [...x.shape.slice(0, -1), 1]],
    { attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 } },
  );
  x.graph.rule([x, weight], [y], ([d]) => {
    // With x̂ = x·r: dx = r·(d·w − x̂·mean(d·w·x̂)), dw = Σ d·x̂, written so that few passes are as wide as x: r and the
    // mean meet where there is one number a row, and the mean (of d·x times w) and dw (d·x times r) are products.
    const t = mul(d!, x);
    const mean = matmul(t, reshape(weight, [width, 1]), { scale: 1 / width });
    const along = mul(mean, mul(inverse, mul(inverse, inverse)));
    const dx = sub(mul(mul(d!, weight), inverse), mul(x, along));
    const dw = () => matmul(reshape(inverse, [1, "rows"]), reshape(t, ["rows", width]));
    return [dx, weight.differentiable ? reshape(dw(), [width]) : null];
  });
  return y;
}
