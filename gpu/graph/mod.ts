/** Tensor graphs: symbolic sizes, operators, reverse-mode gradients, ONNX bytes. */

export { gradients, pullback } from "./gradient.ts";
export {
  type Attribute,
  type Constant,
  type Cotangent,
  type Dim,
  type ElementType,
  type FloatType,
  Graph,
  type HalfType,
  MICROSOFT,
  type Node,
  type Rule,
  type ScatteredRows,
  Tensor,
} from "./graph.ts";
export { liveExternals, liveNodes, onnxBytes } from "./onnx.ts";
export { attention, causalMask } from "./ops/attention.ts";
export {
  add,
  cast,
  clip,
  compare,
  div,
  exp,
  log,
  max,
  min,
  mul,
  neg,
  type Operand,
  pow,
  sigmoid,
  sqrt,
  stopGradient,
  sub,
  where,
} from "./ops/elementwise.ts";
export { matmul, type MatmulOptions } from "./ops/matmul.ts";
export { maximum, mean, softmax, sum } from "./ops/reduce.ts";
export { rmsNorm } from "./ops/rms_norm.ts";
export { rotary, rotaryAngles, type RotaryTable, rotaryTable } from "./ops/rotary.ts";
export { gatherRows, selectRows, zerosLike } from "./ops/rows.ts";
export { concat, lengthOf, reshape, shapeOf, split, transpose } from "./ops/shape.ts";
export { swiglu } from "./ops/swiglu.ts";
export { type TokenLogProbs, tokenLogProbs } from "./ops/token_log_probs.ts";
