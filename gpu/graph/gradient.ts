/** Reverse-mode differentiation: the recorded rules, walked backwards. */

import type { Cotangent, Graph, ScatteredRows, Tensor } from "./graph.ts";
import { cast } from "./ops/elementwise.ts";
import { addScatteredRows, zerosLike } from "./ops/rows.ts";

/**
 * The gradients of a scalar with respect to some tensors, appended to the graph as more operators.
 *
 * @param base where given, is added to the gradient of the tensor in the same place: accumulation over micro-batches
 * @throws when a tensor does not influence the loss
 */
export function gradients(
  loss: Tensor,
  wrt: readonly Tensor[],
  base: readonly (Tensor | undefined)[] = [],
): Tensor[] {
  return pullback([loss], [loss.graph.scalar(1)], wrt, base).map((gradient, i) => {
    if (gradient) return gradient;
    throw new Error(`A tensor of shape [${wrt[i].shape}] does not influence the loss`);
  });
}

/**
 * What gradients of `outputs` become as gradients of some tensors: the vector-Jacobian product of the graph between them.
 *
 * The gradients asked for are added up in float32, whatever type they and their tensors have: sums over micro-batches
 * would lose in half precision what each adds.
 *
 * @param cotangents one for each output; null where none flows
 * @param base as in {@linkcode gradients}
 * @returns one for each tensor; null where it influences none of the outputs
 */
export function pullback(
  outputs: readonly Tensor[],
  cotangents: readonly (Tensor | null)[],
  wrt: readonly Tensor[],
  base: readonly (Tensor | undefined)[] = [],
): (Tensor | null)[] {
  const [{ graph }] = outputs;
  const pending = new Map<Tensor, Exclude<Cotangent, null>[]>();
  const bases = new Map(wrt.map((tensor, i) => [tensor, base[i]]));
  const take = (tensor: Tensor): Tensor | null => {
    const parts = pending.get(tensor);
    if (!parts) return null;
    const asked = bases.has(tensor), start = bases.get(tensor);
    const addends = asked ? parts.map(wide) : parts;
    const sum = total(graph, tensor, start ? [start, ...addends] : addends);
    bases.delete(tensor);
    pending.set(tensor, [sum]);
    return sum;
  };
  const flow = (to: Tensor, cotangent: Cotangent): void => {
    if (cotangent === null || !to.differentiable) return;
    pending.set(to, [...(pending.get(to) ?? []), cotangent]);
  };
  outputs.forEach((output, i) => flow(output, cotangents[i]));
  // A rule's own gradients are taken before new rules, which building them appends, could be reached.
  for (let i = graph.rules.length - 1; i >= 0; i--) {
    const { inputs, outputs, vjp } = graph.rules[i];
    const outputGradients = outputs.map(take);
    if (outputGradients.every((g) => g === null)) continue;
    vjp(outputGradients).forEach((cotangent, k) => flow(inputs[k], cotangent));
  }
  return wrt.map(take);
}

function wide(part: Exclude<Cotangent, null>): Exclude<Cotangent, null> {
  return isTensor(part) ? cast(part, "float32") : { ...part, rows: cast(part.rows, "float32") };
}

const isTensor = (c: Tensor | ScatteredRows): c is Tensor => "graph" in c;

function total(graph: Graph, tensor: Tensor, parts: (Tensor | ScatteredRows)[]): Tensor {
  const dense = parts.filter(isTensor);
  const scattered = parts.filter((p): p is ScatteredRows => !isTensor(p));
  let sum = dense.length === 0
    ? zerosLike(tensor)
    : dense.length === 1
    ? dense[0]
    : graph.node(dense.length === 2 ? "Add" : "Sum", dense, tensor.shape, { type: dense[0].type });
  for (const { index, rows } of scattered) sum = addScatteredRows(sum, index, rows);
  return sum;
}
