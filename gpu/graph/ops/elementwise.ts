/** Operators that work element by element, with broadcasting. */

import {
  type Dim,
  ELEMENT_TYPES,
  type ElementType,
  type FloatType,
  type Graph,
  type Tensor,
} from "../graph.ts";
import { reshape } from "./shape.ts";
import { reduce } from "./reduce.ts";

/** A tensor, or a number that becomes a constant. */
export type Operand = Tensor | number;

/** The shape that two shapes broadcast to. */
export function broadcast(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1, y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1 && typeof x === "number" && typeof y === "number") {
      throw new Error(`Shapes [${a}] and [${b}] do not broadcast`);
    }
    return x === 1 ? y : x;
  });
}

/** Sums a gradient over the axes along which its tensor had been broadcast. */
export function unbroadcast(gradient: Tensor, shape: readonly Dim[]): Tensor {
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, i) =>
    i < extra || (shape[i - extra] === 1 && size !== 1) ? [i] : []
  );
  if (axes.length === 0) return gradient;
  if (extra > 1 && axes.length === extra && shape.length === 1) {
    // A bias: one sum over rows is several times faster than one over several leading axes.
    return reduce("ReduceSum", reshape(gradient, ["rows", shape[0]]), [0], false);
  }
  const sum = reduce("ReduceSum", gradient, axes, true);
  return extra === 0 ? sum : reshape(sum, shape);
}

function pair(a: Operand, b: Operand): [Tensor, Tensor, Graph] {
  const { graph, type } = typeof a === "number" ? b as Tensor : a;
  const tensor = (x: Operand) => typeof x === "number" ? graph.scalar(x, type as FloatType) : x;
  return [tensor(a), tensor(b), graph];
}

function binary(
  op: string,
  left: Operand,
  right: Operand,
  vjp: (d: Tensor, a: Tensor, b: Tensor, y: Tensor) => [() => Tensor, () => Tensor],
): Tensor {
  const [a, b, graph] = pair(left, right);
  const y = graph.node(op, [a, b], broadcast(a.shape, b.shape), { type: a.type });
  graph.rule([a, b], [y], ([d]) => {
    const [da, db] = vjp(d!, a, b, y);
    return [
      a.differentiable ? unbroadcast(da(), a.shape) : null,
      b.differentiable ? unbroadcast(db(), b.shape) : null,
    ];
  });
  return y;
}

/** a + b */
export function add(a: Operand, b: Operand): Tensor {
  return binary("Add", a, b, (d) => [() => d, () => d]);
}

/** a − b */
export function sub(a: Operand, b: Operand): Tensor {
  return binary("Sub", a, b, (d) => [() => d, () => neg(d)]);
}

/** a · b */
export function mul(a: Operand, b: Operand): Tensor {
  return binary("Mul", a, b, (d, a, b) => [() => mul(d, b), () => mul(d, a)]);
}

/** a ÷ b */
export function div(a: Operand, b: Operand): Tensor {
  return binary("Div", a, b, (d, _, b, y) => [() => div(d, b), () => neg(div(mul(d, y), b))]);
}

/** The smaller of the two; on ties the gradient goes to `a`. */
export function min(a: Operand, b: Operand): Tensor {
  return binary("Min", a, b, (d, a, b) => {
    const first = compare("LessOrEqual", a, b);
    return [() => where(first, d, 0), () => where(first, 0, d)];
  });
}

/** The larger of the two; on ties the gradient goes to `a`. */
export function max(a: Operand, b: Operand): Tensor {
  return binary("Max", a, b, (d, a, b) => {
    const first = compare("GreaterOrEqual", a, b);
    return [() => where(first, d, 0), () => where(first, 0, d)];
  });
}

function unary(op: string, a: Tensor, vjp: (d: Tensor, y: Tensor) => Tensor): Tensor {
  const y = a.graph.node(op, [a], a.shape, { type: a.type });
  a.graph.rule([a], [y], ([d]) => [vjp(d!, y)]);
  return y;
}

/** −a */
export function neg(a: Tensor): Tensor {
  return unary("Neg", a, (d) => neg(d));
}

/** e^a */
export function exp(a: Tensor): Tensor {
  return unary("Exp", a, (d, y) => mul(d, y));
}

/** ln a */
export function log(a: Tensor): Tensor {
  return unary("Log", a, (d) => div(d, a));
}

/** √a */
export function sqrt(a: Tensor): Tensor {
  return unary("Sqrt", a, (d, y) => div(mul(d, 0.5), y));
}

/** 1 / (1 + e^−a) */
export function sigmoid(a: Tensor): Tensor {
  return unary("Sigmoid", a, (d, y) => mul(d, mul(y, sub(1, y))));
}

/** a^power, for a constant power */
export function pow(a: Tensor, power: number): Tensor {
  const y = a.graph.node("Pow", [a, a.graph.scalar(power)], a.shape);
  a.graph.rule([a], [y], ([d]) => [mul(d!, mul(pow(a, power - 1), power))]);
  return y;
}

/** a, held within [low, high]; no gradient flows where it was held. */
export function clip(a: Tensor, low: number, high: number): Tensor {
  const y = a.graph.node("Clip", [a, a.graph.scalar(low), a.graph.scalar(high)], a.shape);
  a.graph.rule([a], [y], ([d]) => [where(compare("Equal", a, y), d!, 0)]);
  return y;
}

/** Compares element by element, to bool. */
export function compare(
  op: "Equal" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual",
  left: Operand,
  right: Operand,
): Tensor {
  const [a, b, graph] = pair(left, right);
  return graph.node(op, [a, b], broadcast(a.shape, b.shape), { type: "bool" });
}

/** a where the condition holds, else b. */
export function where(condition: Tensor, left: Operand, right: Operand): Tensor {
  const graph = condition.graph;
  const [a, b] = pair(left, right);
  const y = graph.node(
    "Where",
    [condition, a, b],
    broadcast(broadcast(a.shape, b.shape), condition.shape),
    { type: a.type },
  );
  graph.rule([a, b], [y], ([d]) => [
    a.differentiable ? unbroadcast(where(condition, d!, 0), a.shape) : null,
    b.differentiable ? unbroadcast(where(condition, 0, d!), b.shape) : null,
  ]);
  return y;
}

/** The same values, through which no gradient flows. */
export function stopGradient(a: Tensor): Tensor {
  const y = a.graph.node("Identity", [a], a.shape, { type: a.type });
  a.graph.rule([a], [y], () => [null]);
  return y;
}

/** The same numbers as another type, if they are not of it already; a gradient flows between floating types. */
export function cast(a: Tensor, type: ElementType): Tensor {
  if (a.type === type) return a;
  const y = a.graph.node("Cast", [a], a.shape, { type, attributes: { to: ELEMENT_TYPES[type] } });
  const floating = FLOATING.includes(a.type) && FLOATING.includes(type);
  a.graph.rule([a], [y], ([d]) => [floating ? cast(d!, a.type) : null]);
  return y;
}

const FLOATING: readonly ElementType[] = ["float32", "float16", "bfloat16"];
