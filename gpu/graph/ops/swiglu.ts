/** SwiGLU (Shazeer 2020): silu(gate) · up. */

import { MICROSOFT, type Tensor } from "../graph.ts";
import { add, mul, sigmoid, sub } from "./elementwise.ts";
import { concat, split } from "./shape.ts";

/** silu(g)·u, where g and u are the halves of the last axis. */
export function swiglu(gateUp: Tensor): Tensor {
  const width = gateUp.size(-1) / 2;
  const [gate, up] = split(gateUp, [width, width]);
  const graph = gateUp.graph;
  const silu = graph.node("QuickGelu", [gate], gate.shape, {
    domain: MICROSOFT,
    attributes: { alpha: { float: 1 } },
  });
  const y = graph.node("Mul", [silu, up], gate.shape);
  graph.rule([gateUp], [y], ([d]) => {
    const s = sigmoid(gate);
    // silu′ = σ + silu·(1 − σ)
    const dGate = mul(mul(d!, up), add(s, mul(silu, sub(1, s))));
    return [concat([dGate, mul(d!, silu)])];
  });
  return y;
}
