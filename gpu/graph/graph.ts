/**
 * A computation as data: tensors with symbolic sizes, joined by ONNX operators.
 *
 * Nothing is computed here. An operator function (`ops/`) appends nodes and, where it can be differentiated, records
 * its vector-Jacobian product; `gradient.ts` walks those records backwards; `onnx.ts` writes the bytes that ONNX
 * Runtime loads.
 */

import { type FloatType, halfBits, type HalfType, isHalf } from "../half.ts";
import { ELEMENT_TYPES, type ElementType } from "../ort/value.ts";

export { ELEMENT_TYPES, type ElementType, type FloatType, type HalfType };

/** A size: a number, or a name for one that is known only when the graph runs. */
export type Dim = number | string;

/** An attribute of an operator; a bare number is an integer. */
export type Attribute = number | { float: number } | string | number[];

/** A value that a graph computes, reads or holds. */
export class Tensor {
  /**
   * Made by the methods of {@linkcode Graph}.
   *
   * @param differentiable whether a gradient may flow into it
   */
  constructor(
    readonly graph: Graph,
    readonly id: number,
    readonly shape: readonly Dim[],
    readonly type: ElementType,
    readonly differentiable: boolean,
  ) {}

  /** The size of an axis (negative counts from the end), which must be a number. */
  size(axis: number): number {
    const size = this.shape.at(axis);
    if (typeof size !== "number") {
      throw new Error(`Axis ${axis} of [${this.shape}] has no fixed size`);
    }
    return size;
  }
}

/** One operator of a graph. */
export interface Node {
  /** ONNX's name of it. */
  op: string;
  /** Empty for the ONNX standard, or {@linkcode MICROSOFT}. */
  domain: string;
  /** What it reads, in ONNX's order; null leaves an optional one out. */
  inputs: readonly (Tensor | null)[];
  /** What it computes. */
  outputs: readonly Tensor[];
  /** Its settings. */
  attributes: Record<string, Attribute>;
}

/** Rows to be added to a larger tensor: the gradient of a look-up, kept apart so that it is added in one pass. */
export interface ScatteredRows {
  /** Which rows, [...n], int64; may repeat. */
  index: Tensor;
  /** What to add there, [...n, width]. */
  rows: Tensor;
}

/** One gradient of a vector-Jacobian product; null where none flows. */
export type Cotangent = Tensor | ScatteredRows | null;

/** How gradients of `outputs` become gradients of `inputs`. */
export interface Rule {
  /** What gradients are passed on to. */
  inputs: readonly Tensor[];
  /** Where gradients come from. */
  outputs: readonly Tensor[];
  /** Gets a gradient for each output (null: none flows), returns one for each input. */
  vjp: (outputGradients: (Tensor | null)[]) => Cotangent[];
}

/** The data of a constant. */
export interface Constant {
  /** Its place in the graph. */
  tensor: Tensor;
  /** Its elements, little-endian. */
  bytes: Uint8Array;
}

/** The home of the ONNX Runtime operators that are not in the ONNX standard. */
export const MICROSOFT = "com.microsoft";

/** Collects nodes as operator functions append them. */
export class Graph {
  /** Inputs by name. */
  readonly inputs = new Map<string, Tensor>();
  /** Constants whose data is given when the graph is compiled, by name. */
  readonly externals = new Map<string, Tensor>();
  /** Outputs by name. */
  readonly outputs = new Map<string, Tensor>();
  /** Operators, each after those that it depends on. */
  readonly nodes: Node[] = [];
  /** Differentiation rules, in the order in which the operators were appended. */
  readonly rules: Rule[] = [];
  /** Constants by content. */
  readonly constants = new Map<string, Constant>();
  #nextId = 0;

  /** An input, float32 unless said otherwise; `differentiable` lets gradients be asked for. */
  input(
    name: string,
    shape: readonly Dim[],
    type: ElementType = "float32",
    options: { differentiable?: boolean } = {},
  ): Tensor {
    if (this.inputs.has(name)) throw new Error(`The graph already has an input "${name}"`);
    const tensor = this.#tensor(shape, type, options.differentiable ?? false);
    this.inputs.set(name, tensor);
    return tensor;
  }

  /**
   * A float32 constant whose data is given when the graph is compiled. ONNX Runtime packs it for its matrix products
   * then, which makes small batches faster by a third; later changes of the data are not seen.
   */
  external(name: string, shape: readonly number[]): Tensor {
    const tensor = this.#tensor(shape, "float32", false);
    this.externals.set(name, tensor);
    return tensor;
  }

  /** Names a tensor as a result. */
  output(name: string, tensor: Tensor): void {
    if (this.outputs.has(name)) throw new Error(`The graph already has an output "${name}"`);
    this.outputs.set(name, tensor);
  }

  /** A constant; small ones that are equal are held once. Floating numbers are rounded to the type `float`. */
  constant(
    data: Float32Array | BigInt64Array | Int32Array,
    shape: readonly number[],
    float: FloatType = "float32",
  ): Tensor {
    const type = data instanceof Float32Array
      ? float
      : data instanceof Int32Array
      ? "int32"
      : "int64";
    const raw = data instanceof Float32Array && isHalf(float) ? halfBits(data, float) : data;
    const bytes = new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
    // By bytes, so that −0 is not 0; tables are not worth comparing.
    const content = bytes.length <= 128 ? bytes.join(",") : `#${this.constants.size}`;
    const key = `${type}[${shape}]${content}`;
    let constant = this.constants.get(key);
    if (!constant) {
      constant = { tensor: this.#tensor(shape, type, false), bytes };
      this.constants.set(key, constant);
    }
    return constant.tensor;
  }

  /** A floating scalar, float32 unless said otherwise. */
  scalar(value: number, type: FloatType = "float32"): Tensor {
    return this.constant(Float32Array.of(value), [], type);
  }

  /** A vector of int64, for shapes and axes. */
  integers(values: readonly number[]): Tensor {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** Appends an operator with one output. */
  node(
    op: string,
    inputs: readonly (Tensor | null)[],
    shape: readonly Dim[],
    options: { type?: ElementType; attributes?: Record<string, Attribute>; domain?: string } = {},
  ): Tensor {
    return this.multi(op, inputs, [shape], options)[0];
  }

  /** Appends an operator with several outputs, of one element type or of one each. */
  multi(
    op: string,
    inputs: readonly (Tensor | null)[],
    shapes: readonly (readonly Dim[])[],
    options: {
      type?: ElementType | readonly ElementType[];
      attributes?: Record<string, Attribute>;
      domain?: string;
    } = {},
  ): Tensor[] {
    const differentiable = inputs.some((t) => t?.differentiable);
    const { attributes = {}, domain = "", type = "float32" } = options;
    const outputs = shapes.map((shape, i) =>
      this.#tensor(shape, typeof type === "string" ? type : type[i], differentiable)
    );
    this.nodes.push({ op, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** Records how an operator is differentiated; a no-op where no gradient can flow. */
  rule(inputs: readonly Tensor[], outputs: readonly Tensor[], vjp: Rule["vjp"]): void {
    if (inputs.some((t) => t.differentiable)) this.rules.push({ inputs, outputs, vjp });
  }

  #tensor(shape: readonly Dim[], type: ElementType, differentiable: boolean): Tensor {
    return new Tensor(this, this.#nextId++, shape, type, differentiable);
  }
}
