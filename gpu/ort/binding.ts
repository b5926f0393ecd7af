/** A session with its inputs and outputs attached: bound once, run often. */

import { cString, ort } from "./api.ts";
import type { RunOptions } from "./run_options.ts";
import type { Session } from "./session.ts";
import { type NativeTensor, Value } from "./value.ts";

/** An `OrtIoBinding`. Values are read and written where they lie. */
export class Binding implements Disposable {
  readonly #handle: Deno.PointerValue;
  /** ONNX Runtime keeps its handles to the memory; this keeps the memory itself. */
  readonly #memory = new Map<string, NativeTensor>();

  /**
   * Attaches nothing yet.
   *
   * @param session must outlive the binding
   */
  constructor(readonly session: Session) {
    this.#handle = ort().create("CreateIoBinding", session.handle);
  }

  /** Attaches an input; a name bound before is bound anew. */
  input(name: string, tensor: NativeTensor): void {
    if (!this.session.inputs.includes(name)) throw unknownName("input", name, this.session.inputs);
    this.#bind("BindInput", name, tensor);
  }

  /** Attaches an output; its shape must be exactly that which the run will produce. */
  output(name: string, tensor: NativeTensor): void {
    if (!this.session.outputs.includes(name)) {
      throw unknownName("output", name, this.session.outputs);
    }
    this.#bind("BindOutput", name, tensor);
  }

  #bind(how: "BindInput" | "BindOutput", name: string, tensor: NativeTensor): void {
    using value = new Value(tensor.data, tensor.shape);
    ort().call(how, this.#handle, cString(name), value.handle);
    this.#memory.set(`${how} ${name}`, tensor);
  }

  /** Runs on this thread: least overhead, but nothing else happens meanwhile. */
  runSync(options?: RunOptions): void {
    ort().call("RunWithBinding", this.session.handle, options?.handle ?? null, this.#handle);
  }

  /** Runs on another thread; the event loop stays free. */
  run(): Promise<void> {
    return ort().runNonBlocking(this.session.handle, this.#handle);
  }

  /** Frees the binding; the memory stays the caller's. */
  [Symbol.dispose](): void {
    ort().release("ReleaseIoBinding", this.#handle);
    this.#memory.clear();
  }
}

/** What is said of a name that a graph does not have. */
export function unknownName(kind: string, name: string, known: readonly string[]): Error {
  return new Error(`The model has no ${kind} "${name}": it has ${known.join(", ")}`);
}
