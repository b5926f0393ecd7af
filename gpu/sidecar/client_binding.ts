/** A compiled graph in a sidecar, and arrays bound to its names. */

import type { Binding, Program, TensorData, TensorView } from "../device.ts";
import { isHost } from "../local_device.ts";
import { unknownName } from "../ort/mod.ts";
import type { SidecarDevice } from "./client.ts";
import type { TensorSpec } from "./protocol.ts";
import { arraysIn, pieces } from "./tensors.ts";

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
