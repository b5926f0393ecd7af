/** A device in another process: {@linkcode SidecarDevice}. */

import type { Decoding, DecodingPlan, Sequence } from "../decoding.ts";
import type {
  AnyArray,
  ArrayType,
  Binding,
  CompileOptions,
  Device,
  TensorView,
} from "../device.ts";
import { externalData } from "../externals.ts";
import { type Graph, onnxBytes } from "../graph/mod.ts";
import type { Collective, Values } from "../group/collective.ts";
import { isHost } from "../local_device.ts";
import { typeOf } from "../ort/mod.ts";
import { sameKind } from "../native_array.ts";
import type { Connection } from "./connection.ts";
import { SidecarArray } from "./client_array.ts";
import { SidecarBinding, SidecarProgram } from "./client_binding.ts";
import { SidecarCollective } from "./client_collective.ts";
import { SidecarDecoding } from "./client_decoding.ts";
import { padded, type Part, type TensorSpec } from "./protocol.ts";
import { pieces } from "./tensors.ts";

/**
 * Runs graphs in a sidecar. What is made is used at once, without waiting for the sidecar; where that could not make it,
 * the first run that needs it is rejected with the reason. Each run is one message and one answer.
 */
export class SidecarDevice implements Device, Disposable {
  /** See {@linkcode Device.provider}. */
  readonly provider: "CPU" | "CUDA";
  /** See {@linkcode Device.lanes}. */
  readonly lanes: number;
  /** See {@linkcode Device.collective}. */
  collective: Collective | undefined;
  #ids = 0;

  /** @param connection the device's alone */
  constructor(readonly connection: Connection) {
    this.provider = connection.welcome.provider;
    this.lanes = connection.welcome.lanes;
  }

  /** See {@linkcode Device.compile}. */
  compile(
    graph: Graph,
    externals: Record<string, TensorView> = {},
    options: CompileOptions = {},
  ): SidecarProgram {
    const model = onnxBytes(graph), needed = externalData(graph, externals);
    const id = ++this.#ids;
    const host = Object.values(needed).flatMap(({ data }) => isHost(data) ? pieces(data) : []);
    this.connection.send(
      {
        op: "compile",
        id,
        model: model.length,
        options,
        externals: this.specs(needed),
      },
      [model, new Uint8Array(padded(model.length) - model.length), ...host],
    );
    return new SidecarProgram(this, id, [...graph.inputs.keys()], [...graph.outputs.keys()]);
  }

  /** See {@linkcode Device.array}. */
  array(length: number): SidecarArray<"float32">;
  array<T extends ArrayType>(length: number, type: T): SidecarArray<T>;
  array(length: number, type: ArrayType = "float32"): SidecarArray {
    const id = ++this.#ids;
    this.connection.send({ op: "array", id, length, type });
    return new SidecarArray(this, id, 0, length, type);
  }

  /** See {@linkcode Device.place}. */
  place(data: Float32Array<ArrayBuffer>): SidecarArray<"float32"> {
    const array = this.array(data.length);
    array.send(data);
    return array;
  }

  /** See {@linkcode Device.copy}. */
  copy(moves: readonly (readonly [from: AnyArray, to: AnyArray])[]): void {
    const all = moves.map(([a, b]) => {
      const from = this.#own(a), to = this.#own(b);
      sameKind(from, to);
      return [from.id, from.start, to.id, to.start, to.length] as const;
    });
    this.connection.send({ op: "copy", moves: all });
  }

  /** See {@linkcode Device.runAll}. */
  async runAll(bindings: readonly Binding[]): Promise<void> {
    const ids = bindings.map((binding) => {
      if (!(binding instanceof SidecarBinding)) throw new Error("This binding is another device's");
      return binding.resident();
    });
    await this.connection.ask({ op: "runAll", bindings: ids });
  }

  /** See {@linkcode Device.decode}. */
  decode(plan: DecodingPlan, sequences: readonly Sequence[]): Decoding {
    return new SidecarDecoding(this, ++this.#ids, plan, sequences);
  }

  /**
   * Makes the sidecar a rank of a group.
   *
   * @returns what the other ranks must know, for {@linkcode exchange}; undefined once it has joined
   */
  async join(rank: number, size: number): Promise<Values | undefined> {
    const { header } = await this.connection.ask({ op: "join", rank, size });
    this.collective = new SidecarCollective(this, rank, size);
    return header.values;
  }

  /** Tells what all ranks have said, and returns as {@linkcode join} does. */
  async exchange(values: Values): Promise<Values | undefined> {
    return (await this.connection.ask({ op: "exchange", values })).header.values;
  }

  /** Makes a binding of a program. */
  bind(program: number): number {
    const id = ++this.#ids;
    this.connection.send({ op: "bind", id, program });
    return id;
  }

  /** Frees an object in the sidecar. */
  free(id: number): void {
    this.connection.send({ op: "free", id });
  }

  /** A tensor as a message names it. */
  spec(name: string, { data, shape }: TensorView): TensorSpec {
    if (isHost(data)) return { name, shape, type: typeOf(data) };
    return { name, shape, at: this.part(data) };
  }

  /** Tensors as a message names them. */
  specs(tensors: Record<string, TensorView>): TensorSpec[] {
    return Object.entries(tensors).map(([name, tensor]) => this.spec(name, tensor));
  }

  /** An array as a message names it. */
  part(array: AnyArray): Part {
    const { id, start, length } = this.#own(array);
    return [id, start, length];
  }

  #own(array: AnyArray): SidecarArray {
    if (array instanceof SidecarArray && array.device === this) return array;
    throw new Error("This array belongs to another device");
  }

  /** Closes the connection; the sidecar frees what it holds for it. */
  [Symbol.dispose](): void {
    this.connection[Symbol.dispose]();
  }
}
