/** Weights, gradients or moments where a device computes with them. */

import type { AnyArray, Device, DeviceArray, TensorView } from "../device.ts";
import { type FloatType, isHalf } from "../half.ts";
import { ComputeCopy } from "./compute_copy.ts";
import type { DecoderConfig } from "./config.ts";
import type { Model } from "./checkpoint.ts";
import { ALONE, share } from "../group/collective.ts";
import { onRank, ranksOf, ShardedArray } from "../group/device_group.ts";
import type { Adapter } from "./lora.ts";
import { factorsLast, factorsOf, type Layout, ParameterArray } from "./parameters.ts";

/** A part of the elements that ranks share among them. */
export interface SharedPart {
  /** The first element. */
  start: number;
  /** Behind the last. */
  end: number;
  /** This rank's share; all of it on a device in no group. */
  own: DeviceArray;
  /** What the share is a part of, where the rank holds all shares. */
  whole?: DeviceArray;
}

/**
 * One flat float32 array with a decoder's layout, in a device's memory.
 *
 * In a group's, each rank holds all elements, except for factors in half precision: of these it holds its share, beside
 * the copy of all with which it computes (the float32 weights are of ZeRO's optimizer state). They lie behind the others
 * there, so that the two kinds are a vector each.
 */
export class DeviceParameters implements Disposable {
  /** Where everything lies. */
  readonly layout: Layout;
  /** The elements, padding included; on a rank that has a share of the factors, those before them. */
  readonly data: DeviceArray;
  #copy: ComputeCopy | undefined;
  #ranks: DeviceParameters[] | undefined;

  /**
   * All elements start at zero.
   *
   * @param layout where everything lies, unless factors are shared
   * @param from instead of zeros: handed over, as {@linkcode Device.place} says, or on the device already
   * @param type what graphs compute with: half precision takes a {@linkcode ComputeCopy}
   * @param masters a rank's share of the factors
   */
  constructor(
    readonly device: Device,
    layout: Layout,
    from?: ParameterArray | DeviceArray,
    readonly type: FloatType = "float32",
    readonly masters?: DeviceArray,
  ) {
    const ranks = ranksOf(device), inShares = ranks.length > 1 && isHalf(type);
    this.layout = inShares ? factorsLast(layout) : layout;
    if (from && "subarray" in from) this.data = from;
    else if (!inShares) this.data = from ? device.place(from.data) : device.array(layout.size);
    else {
      const { start, end } = factorsOf(this.layout), whole = device.array(start);
      const shares = ranks.map((rank, i) => {
        const own = share(end - start, i, ranks.length);
        return rank.array(own.end - own.start);
      });
      this.data = new ShardedArray([whole, ...shares]);
      this.#ranks = ranks.map((rank, i) =>
        new DeviceParameters(rank, this.layout, onRank(whole, i), type, shares[i])
      );
      if (from) this.#place(from);
    }
  }

  /** Each rank gets what it is to hold. */
  #place(from: ParameterArray): void {
    const there = this.tensors();
    for (const [name, { data }] of from.tensors()) {
      there.get(name)!.data.write(data).catch(() => {}); // As of Device.place.
    }
    this.changed();
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

  /** What is shared among ranks, on one of them, and this one's share. */
  shared(): SharedPart[] {
    const { data, masters, layout } = this, { rank, size } = this.device.collective ?? ALONE;
    const { start, end } = share(data.length, rank, size);
    const whole = { start: 0, end: data.length, own: data.subarray(start, end), whole: data };
    if (!masters) return [whole];
    const others = { start: data.length, end: layout.size, own: masters };
    return data.length > 0 ? [whole, others] : [others];
  }

  /** Others that hold the same. */
  copy(): DeviceParameters {
    const { device, layout, type } = this;
    const copy = new DeviceParameters(device, layout, undefined, type);
    for (const [i, rank] of ranksOf(device).entries()) {
      const from = this.onRank(i), to = copy.onRank(i);
      rank.copy([[from.data, to.data]]);
      if (from.masters) rank.copy([[from.masters, to.masters!]]);
    }
    copy.changed();
    return copy;
  }

  /** Each block as a graph's input of its name: of {@linkcode type}, where it is a factor of products. */
  operands(): Record<string, TensorView<AnyArray>> {
    return { ...this.blocks(), ...this.#factors()?.blocks() };
  }

  /** To be told after each change of the elements; where factors are shared, on every rank. */
  changed(): void {
    if (this.masters) this.#factors();
    this.#copy?.changed();
    for (const rank of this.#ranks ?? []) rank.changed();
  }

  /** To be awaited before {@linkcode operands} are read. */
  async ready(): Promise<void> {
    await this.#factors()?.refresh();
  }

  #factors(): ComputeCopy | undefined {
    const { device, layout, type, data, masters } = this;
    if (!isHalf(type)) return undefined;
    const { start, end } = factorsOf(layout);
    return this.#copy ??= new ComputeCopy(
      device,
      layout,
      masters ?? data.subarray(start, end),
      type,
    );
  }

  #freeCopies(): void {
    this.#copy?.[Symbol.dispose]();
    for (const rank of this.#ranks ?? []) rank.#freeCopies();
  }

  /** Each block that lies here whole as an array of its own over the same memory, under `prefix` + its name. */
  blocks(prefix = ""): Record<string, TensorView<DeviceArray>> {
    const here = this.layout.blocks.filter(({ offset }) => offset < this.data.length);
    return Object.fromEntries(
      here.map(({ name, shape, offset }) => {
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
