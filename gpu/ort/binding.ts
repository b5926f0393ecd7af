/** A session with its inputs and outputs attached: bound once, run often. */

import { cString, ort } from "./api.ts";
import type { Session } from "./session.ts";
import { type TensorView, Value } from "./value.ts";

/**
 * An `OrtIoBinding`. Values are read and written where they lie.
 *
 * An output may lie over an input's memory only where every node that reads that input also precedes the node that
 * writes the output: ONNX Runtime orders nodes by data alone. An elementwise update qualifies, and so does what Gemm
 * adds its product to; a matrix product with its own factor does not.
 */
export class Binding implements Disposable {
  readonly #handle: Deno.PointerValue;
  /** ONNX Runtime keeps its handles to the memory; this keeps the memory itself. */
  readonly #memory = new Map<string, TensorView>();

  /**
   * Attaches nothing yet.
   *
   * @param session must outlive the binding
   */
  constructor(readonly session: Session) {
    this.#handle = ort().create("CreateIoBinding", session.handle);
  }

  /** Attaches inputs by name; a name bound before is bound anew. */
  inputs(tensors: Record<string, TensorView>): this {
    for (const [name, tensor] of Object.entries(tensors)) {
      if (!this.session.inputs.includes(name)) {
        throw unknownName("input", name, this.session.inputs);
      }
      this.#bind("BindInput", name, tensor);
    }
    return this;
  }

  /** Attaches outputs by name; their shapes must be exactly those that the run will produce. */
  outputs(tensors: Record<string, TensorView>): this {
    for (const [name, tensor] of Object.entries(tensors)) {
      if (!this.session.outputs.includes(name)) {
        throw unknownName("output", name, this.session.outputs);
      }
      this.#bind("BindOutput", name, tensor);
    }
    return this;
  }

  #bind(how: "BindInput" | "BindOutput", name: string, tensor: TensorView): void {
    using value = new Value(tensor.data, tensor.shape);
    ort().call(how, this.#handle, cString(name), value.handle);
    this.#memory.set(`${how} ${name}`, tensor);
  }

  /** Runs on this thread: least overhead, but nothing else happens meanwhile. */
  runSync(): void {
    ort().call("RunWithBinding", this.session.handle, null, this.#handle);
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

function unknownName(kind: string, name: string, known: readonly string[]): Error {
  return new Error(`The model has no ${kind} "${name}": it has ${known.join(", ")}`);
}
