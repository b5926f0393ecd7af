/** Weights, gradients or moments where a device computes with them. */

import type { Device, DeviceArray, TensorView } from "../device.ts";
import type { DecoderConfig } from "./config.ts";
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
  constructor(device: Device, readonly layout: Layout, from?: ParameterArray) {
    this.data = from ? device.place(from.data) : device.array(layout.size);
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

/** A model whose weights are on a device. */
export interface DeviceModel extends Disposable {
  /** Sizes. */
  readonly config: DecoderConfig;
  /** Weights. */
  readonly weights: DeviceParameters;
}

/** Hands a model's weights over to a device. */
export function placeModel(
  device: Device,
  { config, weights }: { config: DecoderConfig; weights: ParameterArray },
): DeviceModel {
  const placed = new DeviceParameters(device, weights.layout, weights);
  return { config, weights: placed, [Symbol.dispose]: () => placed[Symbol.dispose]() };
}
