/** SwiGLU (Shazeer 2020): silu(gate) · up. */

import type { Tensor } from "../graph.ts";
import { add, mul, sub } from "./elementwise.ts";

/** silu(gate) · up, element by element. */
export function swiglu(gate: Tensor, up: Tensor): Tensor {
  const { graph, shape, type } = gate;
  // Not QuickGelu, which is both of these: the gradient needs the sigmoid too.
  const s = graph.node("Sigmoid", [gate], shape, { type });
  const silu = graph.node("Mul", [gate, s], shape, { type });
  const y = graph.node("Mul", [silu, up], shape, { type });
  graph.rule([gate, up], [y], ([d]) => {
    // silu′ = σ + silu·(1 − σ)
    const dGate = mul(mul(d!, up), add(s, mul(silu, sub(1, s))));
    return [dGate, mul(d!, silu)];
  });
  return y;
}
