/**
 * A binding whose runs a GPU may capture as CUDA graphs, and replay: one launch in place of hundreds of kernels'.
 *
 * A replay reads and writes the addresses of the run that was captured, and sees nothing of what is bound since. So
 * all that travels has a place of its own in the device's memory, copied into before a run and out of after it, and
 * each set of shapes, addresses and values that kernels read on the host is a graph of its own.
 *
 * ONNX Runtime keeps captured graphs by thread: all runs are on this one.
 */

import type { TensorData, TensorView } from "./device.ts";
import { isHost as isOwn, LocalBinding } from "./local_binding.ts";
import type { NativeArray } from "./native_array.ts";
import { type Binding as NativeBinding, RunOptions, typeOf } from "./ort/mod.ts";

/** What a program shares among its bindings. */
export interface Captures {
  /** Inputs that kernels read on the host: they stay there. */
  readonly onHost: readonly string[];
  /** Numbers of the graphs, by what they were captured with. */
  readonly graphs: Map<string, number>;
  /** Zeros in the device's memory. */
  readonly place: (length: number, type: ReturnType<typeof typeOf>) => NativeArray;
}

/** A travelling tensor and its place. */
interface Staged {
  view: TensorView<TensorData>;
  whole: NativeArray;
  part: NativeArray;
}

/** See the file. */
export class CapturedBinding extends LocalBinding {
  readonly #native: NativeBinding;
  readonly #in = new Map<string, Staged>();
  readonly #out = new Map<string, Staged>();
  /** What a graph is captured with, by name. */
  readonly #bound = new Map<string, string>();
  readonly #onHost = new Map<string, TensorData>();

  /** Attaches nothing yet. */
  constructor(native: NativeBinding, readonly captures: Captures) {
    super(native);
    this.#native = native;
  }

  override inputs(tensors: Record<string, TensorView>): this {
    for (const [name, view] of Object.entries(tensors)) {
      if (isHost(view) && this.captures.onHost.includes(name)) {
        this.#onHost.set(name, view.data);
        super.inputs({ [name]: view });
      } else super.inputs({ [name]: this.#staged(this.#in, name, view) });
    }
    return this;
  }

  override outputs(tensors: Record<string, TensorView>): this {
    for (const [name, view] of Object.entries(tensors)) {
      super.outputs({ [name]: this.#staged(this.#out, name, view) });
    }
    return this;
  }

  #staged(side: Map<string, Staged>, name: string, view: TensorView): TensorView {
    let at = view as TensorView<NativeArray>;
    if (isHost(view)) {
      const { data, shape } = view;
      let whole = side.get(name)?.whole;
      if (!whole || whole.length < data.length) {
        whole?.[Symbol.dispose]();
        whole = this.captures.place(data.length, typeOf(data));
      }
      const part = whole.subarray(0, data.length);
      side.set(name, { view, whole, part });
      at = { data: part, shape };
    } else {
      side.get(name)?.whole[Symbol.dispose]();
      side.delete(name);
    }
    this.#bound.set(name, `${addressOf(at.data)}[${at.shape}]`);
    return at;
  }

  /** See {@linkcode LocalBinding.run}; on this thread all the same. */
  override run(): Promise<void> {
    return new Promise((resolve) => resolve(this.runSync()));
  }

  override runSync(): void {
    for (const { view, part } of this.#in.values()) part.writeSync(view.data as never);
    using options = new RunOptions({ gpu_graph_id: String(this.#graph()) });
    this.#native.runSync(options);
    for (const { view, part } of this.#out.values()) {
      (view.data as Float32Array).set(part.readSync() as Float32Array);
    }
  }

  /** The number of the graph that holds for what is bound; from 1 on, for ONNX Runtime keeps 0 to itself. */
  #graph(): number {
    const { graphs } = this.captures;
    const key = [...this.#bound, ...this.#onHost].join(" ");
    let number = graphs.get(key);
    if (number === undefined) graphs.set(key, number = graphs.size + 1);
    return number;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    for (const { whole } of [...this.#in.values(), ...this.#out.values()]) whole[Symbol.dispose]();
  }
}

const isHost = (view: TensorView): view is TensorView<TensorData> => isOwn(view.data);

/** Where an array lies; one of this process's own is only ever told apart from arrays by their address. */
function addressOf({ native }: NativeArray): bigint | string {
  return "pointer" in native ? Deno.UnsafePointer.value(native.pointer) : "here";
}
