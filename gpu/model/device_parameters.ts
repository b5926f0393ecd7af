/** Weights, gradients or moments where a device computes with them. */

import type { Device, DeviceArray, TensorView } from "../device.ts";
import type { DecoderConfig } from "./config.ts";
import type { Model } from "./checkpoint.ts";
import { onRank } from "../group/device_group.ts";
import type { Adapter } from "./lora.ts";
import { type Layout, ParameterArray } from "./parameters.ts";

/** One flat array with a decoder's layout, in a device's memory. */
export class DeviceParameters implements Disposable {
  /** The elements, padding included. */
  readonly data: DeviceArray;

  /**
   * All elements start at zero.
   *
   * @param layout where everything lies
   * @param from instead of zeros; handed over, as {@linkcode Device.place} says
   */
  constructor(device: Device, layout: Layout, from?: ParameterArray);
  /**
   * Copies nothing.
   *
   * @param data elements that lie there already
   */
  constructor(data: DeviceArray, layout: Layout);
  constructor(there: Device | DeviceArray, readonly layout: Layout, from?: ParameterArray) {
    if ("length" in there) this.data = there;
    else this.data = from ? there.place(from.data) : there.array(layout.size);
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

/** Hands the weights of a model, and of its adapter, over to a device. */
export function placeModel(device: Device, { config, weights, adapter }: Model): DeviceModel {
  const place = (array: ParameterArray) => new DeviceParameters(device, array.layout, array);
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

/** What of a model lies on a rank of the devices that it was placed on. */
export function modelOnRank({ config, weights, adapter }: DeviceModel, rank: number): DeviceModel {
  const there = ({ data, layout }: DeviceParameters) =>
    new DeviceParameters(onRank(data, rank), layout);
  return {
    config,
    weights: there(weights),
    ...adapter ? { adapter: { ...adapter, weights: there(adapter.weights) } } : {},
    [Symbol.dispose]: () => {}, // The whole frees it.
  };
}
