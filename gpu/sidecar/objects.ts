/** What a sidecar holds for one client, by the numbers that the client gave. */

import type { AnyArray, TensorView } from "../device.ts";
import type { LocalBinding, LocalProgram } from "../local_device.ts";
import type { Lanes } from "../model/lanes.ts";
import { NativeArray } from "../native_array.ts";
import type { Part, TensorSpec } from "./protocol.ts";

/** What a client can make. */
export type Held = NativeArray | LocalProgram | LocalBinding | Lanes;

/** Arrays, programs, bindings, and sequences that are continued. */
export class Objects implements Disposable {
  readonly #held = new Map<number, Held>();
  /** Why an object cannot be used. */
  readonly #failed = new Map<number, unknown>();

  /** An object of a kind; where it could not be made or changed, that is thrown. */
  get<T extends Held>(id: number, kind: abstract new (...args: never[]) => T): T {
    if (this.#failed.has(id)) throw this.#failed.get(id);
    const object = this.#held.get(id);
    if (object instanceof kind) return object;
    throw new Error(`The client has no ${kind.name} ${id}`);
  }

  /** A part of an array. */
  part([id, start, length]: Part): NativeArray {
    const array = this.get(id, NativeArray);
    if (start < 0 || length < 0 || start + length > array.length) {
      throw new RangeError(`Array ${id} has no ${length} elements from ${start} on`);
    }
    return array.subarray(start, start + length);
  }

  /** Tensors that lie in the device's memory. */
  resident(specs: readonly TensorSpec[]): Record<string, TensorView<AnyArray>> {
    return Object.fromEntries(
      specs.map(({ name, shape, at }) => [name, { data: this.part(at!), shape }]),
    );
  }

  /** Makes an object. */
  make(id: number, create: () => Held): void {
    try {
      this.#held.set(id, create());
    } catch (error) {
      this.failed(id, error);
    }
  }

  /** Changes objects. */
  change(ids: readonly number[], change: () => void): void {
    try {
      change();
    } catch (error) {
      for (const id of ids) this.failed(id, error);
    }
  }

  /** What could not be made or changed cannot be used. */
  failed(id: number, error: unknown): void {
    this.#failed.set(id, error);
  }

  /** Frees an object. */
  free(id: number): void {
    this.#held.get(id)?.[Symbol.dispose]();
    this.#held.delete(id);
    this.#failed.delete(id);
  }

  /** Frees everything, what was made last first. */
  [Symbol.dispose](): void {
    for (const object of [...this.#held.values()].reverse()) object[Symbol.dispose]();
    this.#held.clear();
  }
}
