/** Bindings of the device of this process. */

import { setImmediate } from "node:timers";
import type { AnyArray, Binding, TensorData, TensorView } from "./device.ts";
import { NativeArray } from "./native_array.ts";
import type { Binding as NativeBinding, NativeTensor } from "./ort/mod.ts";

/** A binding in this process: values are read and written where they lie. */
export class LocalBinding implements Binding {
  readonly #binding: NativeBinding;

  /** Attaches nothing yet. */
  constructor(binding: NativeBinding) {
    this.#binding = binding;
  }

  /** See {@linkcode Binding.inputs}. */
  inputs(tensors: Record<string, TensorView>): this {
    for (const name in tensors) this.#binding.input(name, native(tensors[name]));
    return this;
  }

  /** See {@linkcode Binding.outputs}. */
  outputs(tensors: Record<string, TensorView>): this {
    for (const name in tensors) this.#binding.output(name, native(tensors[name]));
    return this;
  }

  /** See {@linkcode Binding.run}. */
  async run(here = false): Promise<void> {
    if (!here) return await this.#binding.run();
    this.#binding.runSync();
    await new Promise((resolve) => setImmediate(resolve)); // Whatever came meanwhile has its turn.
  }

  /** Runs on this thread: least overhead, but nothing else happens meanwhile. */
  runSync(): void {
    this.#binding.runSync();
  }

  /** Frees the binding; the memory stays the caller's. */
  [Symbol.dispose](): void {
    this.#binding[Symbol.dispose]();
  }
}

/** A tensor as ONNX Runtime is told of it. */
export function native({ data, shape }: TensorView): NativeTensor {
  return { data: isHost(data) ? data : nativeArray(data).native, shape };
}

/** Whether a tensor's elements are this process's own, and not a device's. */
export function isHost(data: TensorData | AnyArray): data is TensorData {
  return ArrayBuffer.isView(data);
}

/** An array of this process's own device. */
export function nativeArray(array: AnyArray): NativeArray {
  if (array instanceof NativeArray) return array;
  throw new Error("This array belongs to another device");
}
