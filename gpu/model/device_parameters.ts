/** Weights, gradients or moments where a device computes with them. */

import type { AnyArray, Device, DeviceArray, TensorView } from "../device.ts";
import { type FloatType, isHalf } from "../half.ts";
import { ComputeCopy } from "./compute_copy.ts";
import type { DecoderConfig } from "./config.ts";
import type { Model } from "./checkpoint.ts";
import { onRank, ranksOf } from "../group/device_group.ts";
import type { Adapter } from "./lora.ts";
import { type Layout, ParameterArray } from "./parameters.ts";

/** One flat float32 array with a decoder's layout, in a device's memory. */
export class DeviceParameters implements Disposable {
  /** The elements, padding included. */
  readonly data: DeviceArray;
  #copy: ComputeCopy | undefined;
  #ranks: DeviceParameters[] | undefined;

  /**
   * All elements start at zero.
   *
   * @param layout where everything lies
   * @param from instead of zeros: handed over, as {@linkcode Device.place} says, or on the device already
   * @param type what graphs compute with: half precision takes a {@linkcode ComputeCopy}
   */
  constructor(
    readonly device: Device,
    readonly layout: Layout,
    from?: ParameterArray | DeviceArray,
    readonly type: FloatType = "float32",
  ) {
    if (from && "subarray" in from) this.data = from;
    else this.data = from ? device.place(from.data) : device.array(layout.size);
  }

  /** What of it lies on a rank of its device; itself, where that is no group. */
  onRank(rank: number): DeviceParameters {
    const devices = ranksOf(this.device), { layout, data, type } = this;
    if (devices.length === 1) return this;
    this.#ranks ??= devices.map((device, i) =>
      new DeviceParameters(device, layout, onRank(data, i), type)
    );
    return this.#ranks[rank];
  }

  /** Each block as a graph's input of its name: of {@linkcode type}, where it is a factor of products. */
  operands(): Record<string, TensorView<AnyArray>> {
    return { ...this.blocks(), ...this.#factors()?.blocks() };
  }

  /** To be told after each change of the elements. */
  changed(): void {
    this.#copy?.changed();
    for (const rank of this.#ranks ?? []) rank.changed();
  }

  /** To be awaited before {@linkcode operands} are read. */
  async ready(): Promise<void> {
    await this.#factors()?.refresh();
  }

  #factors(): ComputeCopy | undefined {
    if (!isHalf(this.type)) return undefined;
    return this.#copy ??= new ComputeCopy(this.device, this.layout, this.data, this.type);
  }

  #freeCopies(): void {
    this.#copy?.[Symbol.dispose]();
    for (const rank of this.#ranks ?? []) rank.#freeCopies();
  }

  /** Each block as an array of its own over the same memory, under `prefix` + its name. */
  blocks(prefix = ""): Record<string, TensorView<DeviceArray>> {
    return Object.fromEntries(
      this.layout.blocks.map(({ name, shape, offset }) => {
        const size = shape.reduce((product, n) => product * n, 1);
        return [prefix + name, { data: this.data.subarray(offset, offset + size), shape }];
      }),
    );
  }

  /** Each Hugging Face tensor as an array of its own over the same memory. */
  tensors(): Map<string, TensorView<DeviceArray>> {
    return new Map(
      this.layout.blocks.flatMap((b) => b.tensors).map(({ name, shape, offset }) => {
        const size = shape.reduce((product, n) => product * n, 1);
        return [name, { data: this.data.subarray(offset, offset + size), shape }];
      }),
    );
  }

  /** A copy in this process. */
  async read(): Promise<ParameterArray> {
    const copy = new ParameterArray(this.layout);
    copy.data.set(await this.data.read());
    return copy;
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    this.#freeCopies();
    this.data[Symbol.dispose]();
  }
}

/** An adapter whose weights are on a device. */
export interface DeviceAdapter extends Omit<Adapter, "weights"> {
  /** A and B of each target. */
  readonly weights: DeviceParameters;
}

/** A model whose weights are on a device. */
export interface DeviceModel extends Disposable {
  /** Sizes. */
  readonly config: DecoderConfig;
  /** Weights. */
  readonly weights: DeviceParameters;
  /** What is added to them; then they are not trained. */
  readonly adapter?: DeviceAdapter;
}

/** Hands the weights of a model, and of its adapter, over to a device, to be computed with in a type. */
export function placeModel(
  device: Device,
  { config, weights, adapter }: Model,
  type: FloatType = "float32",
): DeviceModel {
  const place = (array: ParameterArray) => new DeviceParameters(device, array.layout, array, type);
  const placed = place(weights), beside = adapter && place(adapter.weights);
  return {
    config,
    weights: placed,
    ...adapter && beside ? { adapter: { ...adapter, weights: beside } } : {},
    [Symbol.dispose]: () => {
      placed[Symbol.dispose]();
      beside?.[Symbol.dispose]();
    },
  };
}

/** What of a model lies on a rank of the devices that it was placed on; the whole frees it. */
export function modelOnRank({ config, weights, adapter }: DeviceModel, rank: number): DeviceModel {
  return {
    config,
    weights: weights.onRank(rank),
    ...adapter ? { adapter: { ...adapter, weights: adapter.weights.onRank(rank) } } : {},
    [Symbol.dispose]: () => {},
  };
}
