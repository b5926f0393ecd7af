/** Weights, gradients or moments where a device computes with them. */

import type { AnyArray, Device, DeviceArray, TensorView } from "../device.ts";
import { type FloatType, isHalf } from "../half.ts";
import { ComputeCopy } from "./compute_copy.ts";
import type { DecoderConfig } from "./config.ts";
import type { Model } from "./checkpoint.ts";
import type { Adapter } from "./lora.ts";
import { type Layout, ParameterArray } from "./parameters.ts";

/** One flat float32 array with a decoder's layout, in a device's memory. */
export class DeviceParameters implements Disposable {
  /** The elements, padding included. */
  readonly data: DeviceArray;
  readonly #copy: ComputeCopy | undefined;

  /**
   * All elements start at zero.
   *
   * @param layout where everything lies
   * @param from instead of zeros; handed over, as {@linkcode Device.place} says
   * @param type what graphs compute with: half precision takes a {@linkcode ComputeCopy}
   */
  constructor(
    device: Device,
    readonly layout: Layout,
    from?: ParameterArray,
    readonly type: FloatType = "float32",
  ) {
    this.data = from ? device.place(from.data) : device.array(layout.size);
    if (isHalf(type)) this.#copy = new ComputeCopy(device, layout, this.data, type);
  }

  /** Each block as a graph's input of its name: of {@linkcode type}, where it is a factor of products. */
  operands(): Record<string, TensorView<AnyArray>> {
    return { ...this.blocks(), ...this.#copy?.blocks() };
  }

  /** To be told after each change of the elements. */
  changed(): void {
    this.#copy?.changed();
  }

  /** To be awaited before {@linkcode operands} are read. */
  async ready(): Promise<void> {
    await this.#copy?.refresh();
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
    this.#copy?.[Symbol.dispose]();
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
