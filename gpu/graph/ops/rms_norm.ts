/** Root-mean-square normalisation (Zhang & Sennrich 2019, eq. 4), with its gradient by hand: ONNX Runtime has none. */

import type { Tensor } from "../graph.ts";
import { mul, sub, unbroadcast } from "./elementwise.ts";
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
    // With x̂ = x·r: dx = r·(d·w − x̂·mean(d·w·x̂)), dw = Σ d·x̂. The mean is a product with w: one pass less.
    const normal = mul(x, inverse);
    const t = mul(d!, normal);
    const mean = matmul(t, reshape(weight, [width, 1]), { scale: 1 / width });
    const dx = mul(inverse, sub(mul(d!, weight), mul(normal, mean)));
    return [dx, weight.differentiable ? unbroadcast(t, weight.shape) : null];
  });
  return y;
}
