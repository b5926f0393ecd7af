/**
 * ONNX Runtime's CUDA kernels of the operators that Emend's graphs are made of, so that a graph can be checked without
 * a GPU: what has no kernel here would run on the CPU, between two copies.
 *
 * From ONNX Runtime's docs/OperatorKernels.md at commit 001d12d2623fd411ce0f83d05abb5e82304a3389 (a 1.2x of early 2026,
 * section CUDAExecutionProvider): the kernel that opset 18 takes, with those of its types that Emend has.
 */

import {
  type ElementType,
  type Graph,
  liveNodes,
  type Node,
  type Tensor,
} from "../../graph/mod.ts";

const FLOATS = "float32 float16 bfloat16", WIDE = "float32 float16";
const INTEGERS = "int32 int64", NUMBERS = `${FLOATS} ${INTEGERS}`, ALL = `${NUMBERS} bool`;

/** Inputs and outputs in order, each a type or a variable; the last input stands for all that follow. */
interface Kernel {
  inputs: string;
  outputs: string;
  /** The types of a variable. */
  types?: Record<string, string>;
}

const kernel = (inputs: string, outputs: string, types: Record<string, string> = {}): Kernel => ({
  inputs,
  outputs,
  types,
});
const unary = (T: string) => kernel("T", "T", { T });
const binary = (T: string) => kernel("T T", "T", { T });
const comparison = (T: string) => kernel("T T", "bool", { T });
const reduction = (T: string) => kernel("T int64", "T", { T });

const KERNELS: Record<string, Kernel> = {
  Add: binary(NUMBERS),
  ArgMax: kernel("T", "int64", { T: WIDE }),
  Cast: kernel("T1", "T2", { T1: ALL, T2: ALL }),
  Clip: kernel("T T T", "T", { T: `${WIDE} int64` }),
  Concat: unary(ALL),
  ConstantOfShape: kernel("int64", "T", { T: ALL }),
  CumSum: kernel("T I", "T", { T: `${WIDE} ${INTEGERS}`, I: INTEGERS }),
  Div: binary(NUMBERS),
  Equal: comparison(`${WIDE} ${INTEGERS} bool`),
  Exp: unary(FLOATS),
  Expand: kernel("T int64", "T", { T: ALL }),
  EyeLike: kernel("T1", "T2", { T1: "float32 int32 int64", T2: "float32 int32 int64" }),
  Gather: kernel("T I", "T", { T: ALL, I: INTEGERS }),
  GatherElements: kernel("T I", "T", { T: ALL, I: INTEGERS }),
  Greater: comparison(`${WIDE} ${INTEGERS}`),
  GreaterOrEqual: comparison(`${WIDE} ${INTEGERS}`),
  Identity: unary(ALL),
  Less: comparison(`${WIDE} ${INTEGERS}`),
  LessOrEqual: comparison(`${WIDE} ${INTEGERS}`),
  Log: unary(WIDE),
  LogSoftmax: unary(WIDE),
  MatMul: binary(FLOATS),
  Max: binary(NUMBERS),
  Min: binary(NUMBERS),
  Mul: binary(NUMBERS),
  Neg: unary(NUMBERS),
  Pad: kernel("T int64 T", "T", { T: `${WIDE} bool` }),
  Pow: kernel("T T1", "T", { T: NUMBERS, T1: NUMBERS }),
  ReduceMax: reduction(`${WIDE} ${INTEGERS}`),
  ReduceMean: reduction(`${WIDE} int32`),
  ReduceSum: reduction(NUMBERS),
  ReduceSumSquare: reduction(WIDE),
  Reshape: kernel("T int64", "T", { T: ALL }),
  ScatterElements: kernel("T I T", "T", { T: ALL, I: INTEGERS }),
  ScatterND: kernel("T int64 T", "T", { T: ALL }),
  Shape: kernel("T", "int64", { T: ALL }),
  Sigmoid: unary(FLOATS),
  SimplifiedLayerNormalization: kernel("T V", "V U", { T: FLOATS, V: FLOATS, U: "float32" }),
  Softmax: unary(FLOATS),
  Split: kernel("T int64", "T T T T T T T T", { T: ALL }),
  Sqrt: unary(FLOATS),
  Sub: binary(NUMBERS),
  Sum: unary(FLOATS),
  TopK: kernel("T int64", "T int64", { T: `${WIDE} ${INTEGERS}` }),
  Transpose: unary(ALL),
  Trilu: kernel("T int64", "T", { T: ALL }),
  Unsqueeze: kernel("T int64", "T", { T: ALL }),
  Where: kernel("bool T T", "T", { T: NUMBERS }),
  "com.microsoft.FusedMatMul": binary(FLOATS),
  "com.microsoft.GroupQueryAttention": kernel("T T T T T int32 int32 T T", "T T T", {
    T: "float16 bfloat16",
  }),
  "com.microsoft.RotaryEmbedding": kernel("T int64 T T", "T", { T: FLOATS }),
};

/** The operators of a graph that CUDA has no kernel for, each once, with the types that it is asked for. */
export function withoutKernel(graph: Graph): string[] {
  return [...new Set(liveNodes(graph).filter((node) => !hasKernel(node)).map(describe))];
}

function hasKernel({ op, domain, inputs, outputs }: Node): boolean {
  const found = KERNELS[domain ? `${domain}.${op}` : op];
  if (!found) return false;
  const variables = new Map<string, ElementType>();
  const fits = (declared: string[], given: readonly (ElementType | undefined)[]) =>
    given.every((type, i) => {
      const slot = declared[i] ?? declared.at(-1)!;
      if (type === undefined || slot === type) return true;
      const allowed = found.types?.[slot]?.split(" ") ?? [];
      const bound = variables.get(slot) ?? type;
      variables.set(slot, bound);
      return bound === type && allowed.includes(type);
    });
  return fits(found.inputs.split(" "), inputs.map((t) => t?.type)) &&
    fits(found.outputs.split(" "), outputs.map((t) => t.type));
}

function describe({ op, inputs, outputs }: Node): string {
  return `${op}(${inputs.map((t) => t?.type ?? "-")}) → ${outputs.map((t) => t.type)}`;
}

/** Inputs that kernels read on the host, and the one output that lies there; from the kernels' definitions. */
const READ_ON_HOST: Record<string, number[]> = {
  Clip: [1, 2],
  ConstantOfShape: [0],
  CumSum: [1],
  Expand: [1],
  GroupQueryAttention: [6],
  Pad: [1, 2],
  ReduceMax: [1],
  ReduceMean: [1],
  ReduceSum: [1],
  ReduceSumSquare: [1],
  Reshape: [1],
  Split: [1],
  TopK: [1],
  Trilu: [1],
  Unsqueeze: [1],
};

/**
 * Values that would have to be copied between GPU and host, by ONNX Runtime's rules: what is computed, or fed, on one
 * side and read on the other. Operators on sizes alone (`GetCpuPreferredNodes`) run on the host; constants are held on
 * both sides.
 */
export function copiesOfSides(graph: Graph): string[] {
  const fed = new Set<Tensor>(graph.inputs.values());
  const computed = new Map<Tensor, "host" | "GPU">();
  const readAs = new Map<Tensor, Set<"host" | "GPU">>();
  const copies: string[] = [];
  for (const node of liveNodes(graph)) {
    const inputs = node.inputs.filter((t) => t !== null);
    const known = inputs.filter((t) => computed.has(t));
    const hostSlots = READ_ON_HOST[node.op] ?? [];
    const sizesAlone = known.length > 0 && node.op !== "Shape" &&
      node.inputs.every((t, i) =>
        t === null || !computed.has(t) || computed.get(t) === "host" && !hostSlots.includes(i)
      );
    node.inputs.forEach((tensor, i) => {
      if (!tensor) return;
      const side = sizesAlone || hostSlots.includes(i) ? "host" : "GPU";
      if (fed.has(tensor)) readAs.set(tensor, (readAs.get(tensor) ?? new Set()).add(side));
      const from = computed.get(tensor);
      if (from && from !== side) copies.push(`${describe(node)}: input ${i} from the ${from}`);
    });
    const side = sizesAlone || node.op === "Shape" ? "host" : "GPU";
    for (const output of node.outputs) computed.set(output, side);
  }
  for (const [tensor, sides] of readAs) {
    if (sides.size > 1) {
      const [name] = [...graph.inputs].find(([, input]) => input === tensor)!;
      copies.push(`input ${name}: read on both sides`);
    }
  }
  return copies;
}
