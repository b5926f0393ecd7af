/** SwiGLU (Shazeer 2020): silu(gate) · up. */

import { MICROSOFT, type Tensor } from "../graph.ts";
import { add, mul, sigmoid, sub } from "./elementwise.ts";

/** silu(gate) · up, element by element. */
export function swiglu(gate: Tensor, up: Tensor): Tensor {
  const graph = gate.graph;
  const silu = graph.node("QuickGelu", [gate], gate.shape, {
    domain: MICROSOFT,
    attributes: { alpha: { float: 1 } },
  });
  const y = graph.node("Mul", [silu, up], gate.shape);
  graph.rule([gate, up], [y], ([d]) => {
    const s = sigmoid(gate);
    // silu′ = σ + silu·(1 − σ)
    const dGate = mul(mul(d!, up), add(s, mul(silu, sub(1, s))));
    return [dGate, mul(d!, silu)];
  });
  return y;
}
