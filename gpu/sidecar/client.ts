/** A device in another process: {@linkcode SidecarDevice}. */

import {
  type Binding,
  type CompileOptions,
  type Device,
  type DeviceArray,
  type Program,
  type TensorData,
  type TensorView,
} from "../device.ts";
import { externalData } from "../externals.ts";
import { type Graph, onnxBytes } from "../graph/mod.ts";
import { isHost } from "../local_device.ts";
import { sameLength } from "../native_array.ts";
import { unknownName } from "../ort/mod.ts";
import type { Connection } from "./connection.ts";
import { padded, PART, type TensorSpec } from "./protocol.ts";
import { arraysIn, pieces, typeOf } from "./tensors.ts";

/**
 * Runs graphs in a sidecar. What is made is used at once, without waiting for the sidecar; where that could not make it,
 * the first run that needs it is rejected with the reason. Each run is one message and one answer.
 */
export class SidecarDevice implements Device, Disposable {
  /** See {@linkcode Device.provider}. */
  readonly provider: "CPU" | "CUDA";
  #ids = 0;

  /** @param connection the device's alone */
  constructor(readonly connection: Connection) {
    this.provider = connection.welcome.provider;
  }

  /** See {@linkcode Device.compile}. */
  compile(
    graph: Graph,
    externals: Record<string, TensorView> = {},
    { threads }: CompileOptions = {},
  ): SidecarProgram {
    const model = onnxBytes(graph), needed = Object.entries(externalData(graph, externals));
    const id = ++this.#ids;
    const host = needed.flatMap(([, { data }]) => isHost(data) ? pieces(data) : []);
    this.connection.send(
      {
        op: "compile",
        id,
        model: model.length,
        threads,
        externals: needed.map(([name, tensor]) => this.spec(name, tensor)),
      },
      [model, new Uint8Array(padded(model.length) - model.length), ...host],
    );
    return new SidecarProgram(this, id, [...graph.inputs.keys()], [...graph.outputs.keys()]);
  }

  /** See {@linkcode Device.array}. */
  array(length: number): SidecarArray {
    const id = ++this.#ids;
    this.connection.send({ op: "array", id, length });
    return new SidecarArray(this, id, 0, length);
  }

  /** See {@linkcode Device.place}. */
  place(data: Float32Array<ArrayBuffer>): SidecarArray {
    const array = this.array(data.length);
    array.send(data);
    return array;
  }

  /** See {@linkcode Device.copy}. */
  copy(moves: readonly (readonly [from: DeviceArray, to: DeviceArray])[]): void {
    const all = moves.map(([a, b]) => {
      const from = this.#own(a), to = this.#own(b);
      sameLength(from, to);
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
    const { id, start, length } = this.#own(data);
    return { name, shape, at: [id, start, length] };
  }

  #own(array: DeviceArray): SidecarArray {
    if (array instanceof SidecarArray && array.device === this) return array;
    throw new Error("This array belongs to another device");
  }

  /** Closes the connection; the sidecar frees what it holds for it. */
  [Symbol.dispose](): void {
    this.connection[Symbol.dispose]();
  }
}

/** Elements in a sidecar. */
export class SidecarArray implements DeviceArray {
  /** @param start the first element of the array `id` */
  constructor(
    readonly device: SidecarDevice,
    readonly id: number,
    readonly start: number,
    readonly length: number,
  ) {}

  subarray(start: number, end: number = this.length): SidecarArray {
    if (start < 0 || end < start || end > this.length) {
      throw new RangeError(`An array of ${this.length} elements has no part ${start} to ${end}`);
    }
    return new SidecarArray(this.device, this.id, this.start + start, end - start);
  }

  async read(): Promise<Float32Array<ArrayBuffer>> {
    const { connection } = this.device;
    const all = new Float32Array(this.length);
    const parts = Array.from({ length: Math.ceil(this.length / PART) }, async (_, i) => {
      const start = i * PART, length = Math.min(PART, this.length - start);
      const { body } = await connection.ask(
        { op: "read", array: this.id, start: this.start + start, length },
      );
      all.set(new Float32Array(body.buffer), start);
    });
    await Promise.all(parts);
    return all;
  }

  async write(data: Float32Array<ArrayBuffer>): Promise<void> {
    this.send(data);
    await this.device.connection.drained();
  }

  /** Sends all elements; they must stay as they are until the connection is drained. */
  send(data: Float32Array<ArrayBuffer>): void {
    sameLength(data, this);
    for (let at = 0; at < data.length; at += PART) {
      const part = data.subarray(at, at + PART);
      this.device.connection.send(
        { op: "write", array: this.id, start: this.start + at },
        pieces(part).slice(0, 1),
      );
    }
  }

  [Symbol.dispose](): void {
    this.device.free(this.id);
  }
}

/** A graph that was compiled in a sidecar. */
export class SidecarProgram implements Program {
  constructor(
    readonly device: SidecarDevice,
    readonly id: number,
    readonly inputs: readonly string[],
    readonly outputs: readonly string[],
  ) {}

  bind(
    inputs: Record<string, TensorView> = {},
    outputs: Record<string, TensorView> = {},
  ): SidecarBinding {
    return new SidecarBinding(this).inputs(inputs).outputs(outputs);
  }

  [Symbol.dispose](): void {
    this.device.free(this.id);
  }
}

/** Tensors of one kind, inputs or outputs: those that travel with each run, and those that stay in the sidecar. */
class Side {
  readonly travelling = new Map<string, TensorView<TensorData>>();
  /** Not told yet. */
  untold: TensorSpec[] = [];

  constructor(
    readonly device: SidecarDevice,
    readonly kind: string,
    readonly names: readonly string[],
  ) {}

  attach(tensors: Record<string, TensorView>): void {
    for (const name in tensors) {
      if (!this.names.includes(name)) throw unknownName(this.kind, name, this.names);
      const { data, shape } = tensors[name];
      const elements = shape.reduce((product, size) => product * size, 1);
      if (elements !== data.length) {
        throw new Error(
          `A tensor of shape [${shape}] has ${elements} elements, not ${data.length}`,
        );
      }
      if (isHost(data)) {
        this.travelling.set(name, { data, shape });
      } else {
        this.travelling.delete(name);
        this.untold.push(this.device.spec(name, { data, shape }));
      }
    }
  }

  specs(): TensorSpec[] {
    return Array.from(this.travelling, ([name, tensor]) => this.device.spec(name, tensor));
  }

  /** What the sidecar does not know yet; it will. */
  tell(): TensorSpec[] {
    const { untold } = this;
    this.untold = [];
    return untold;
  }
}

/** A binding in a sidecar. */
export class SidecarBinding implements Binding {
  readonly #id: number;
  readonly #inputs: Side;
  readonly #outputs: Side;

  /** Attaches nothing yet. */
  constructor(readonly program: SidecarProgram) {
    const { device } = program;
    this.#id = device.bind(program.id);
    this.#inputs = new Side(device, "input", program.inputs);
    this.#outputs = new Side(device, "output", program.outputs);
  }

  inputs(tensors: Record<string, TensorView>): this {
    this.#inputs.attach(tensors);
    return this;
  }

  outputs(tensors: Record<string, TensorView>): this {
    this.#outputs.attach(tensors);
    return this;
  }

  async run(): Promise<void> {
    this.#tell();
    const outputs = this.#outputs.specs();
    const { body } = await this.program.device.connection.ask(
      { op: "run", binding: this.#id, inputs: this.#inputs.specs(), outputs },
      [...this.#inputs.travelling.values()].flatMap(({ data }) => pieces(data)),
    );
    for (const [name, { data }] of Object.entries(arraysIn(body, outputs))) {
      // Both sides are of the type that the specification names.
      (this.#outputs.travelling.get(name)!.data as Float32Array).set(data as Float32Array);
    }
  }

  /** The binding's number, for a run in which nothing travels. */
  resident(): number {
    const [name] = [...this.#inputs.travelling.keys(), ...this.#outputs.travelling.keys()];
    if (name !== undefined) throw new Error(`"${name}" does not lie in the device's memory`);
    this.#tell();
    return this.#id;
  }

  #tell(): void {
    const inputs = this.#inputs.tell(), outputs = this.#outputs.tell();
    if (inputs.length + outputs.length === 0) return;
    this.program.device.connection.send({ op: "attach", binding: this.#id, inputs, outputs });
  }

  [Symbol.dispose](): void {
    this.program.device.free(this.#id);
  }
}
