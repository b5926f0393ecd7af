/**
 * Devices that hold the same: each array lies in every rank's memory, each run is made on every rank.
 *
 * Whoever wants the ranks to do different things (their share of a batch, of the rollouts) takes them by
 * {@linkcode ranksOf}, and of an array what lies on each by {@linkcode onRank}.
 */

import type {
  AnyArray,
  ArrayType,
  Binding,
  CompileOptions,
  Device,
  DeviceArray,
  ElementsOf,
  Program,
  TensorData,
  TensorView,
} from "../device.ts";
import type { Graph } from "../graph/mod.ts";
import { isHost } from "../local_device.ts";
import { sameLength } from "../native_array.ts";
import { type Collective, share } from "./collective.ts";

/** The devices that a device consists of: its ranks, or itself alone. */
export function ranksOf(device: Device): readonly Device[] {
  return device instanceof DeviceGroup ? device.ranks : [device];
}

/** What of an array lies on a rank; a single device's is all there. */
export function onRank<T extends ArrayType>(array: DeviceArray<T>, rank: number): DeviceArray<T> {
  return array instanceof GroupArray ? array.parts[rank] : array;
}

/** Several devices as one. */
export class DeviceGroup implements Device {
  /** See {@linkcode Device.provider}. */
  readonly provider: "CPU" | "CUDA";
  /** See {@linkcode Device.lanes}: each rank's. */
  readonly lanes: number;

  /** @param ranks owned by the group; of one kind, each with its {@linkcode Device.collective} */
  constructor(readonly ranks: readonly Device[]) {
    this.provider = ranks[0].provider;
    this.lanes = ranks[0].lanes;
  }

  /** See {@linkcode Device.compile}. */
  compile(
    graph: Graph,
    externals: Record<string, TensorView> = {},
    options?: CompileOptions,
  ): Program {
    return new GroupProgram(
      this.ranks.map((device, rank) => device.compile(graph, viewsOn(externals, rank), options)),
    );
  }

  /** See {@linkcode Device.array}. */
  array(length: number): DeviceArray<"float32">;
  array<T extends ArrayType>(length: number, type: T): DeviceArray<T>;
  array(length: number, type: ArrayType = "float32"): AnyArray {
    const parts = this.ranks.map((device) => device.array(length, type));
    return new GroupArray(parts, this.ranks.map(({ collective }) => collective!));
  }

  /** See {@linkcode Device.place}. */
  place(data: Float32Array<ArrayBuffer>): DeviceArray {
    const array = this.array(data.length);
    array.write(data).catch(() => {}); // Where it failed, the first run that needs the array says why.
    return array;
  }

  /** See {@linkcode Device.copy}. */
  copy(moves: readonly (readonly [from: DeviceArray, to: DeviceArray])[]): void {
    this.ranks.forEach((device, rank) =>
      device.copy(moves.map(([from, to]) => [onRank(from, rank), onRank(to, rank)]))
    );
  }

  /** See {@linkcode Device.runAll}. */
  async runAll(bindings: readonly Binding[]): Promise<void> {
    await Promise.all(
      this.ranks.map((device, rank) =>
        device.runAll(bindings.map((binding) => (binding as GroupBinding).parts[rank]))
      ),
    );
  }

  /** Lets go of every rank. */
  [Symbol.dispose](): void {
    for (const device of this.ranks) device[Symbol.dispose]();
  }
}

/** The same elements on every rank. */
class GroupArray<T extends ArrayType = ArrayType> implements DeviceArray<T> {
  readonly type: T;
  readonly length: number;

  constructor(
    readonly parts: readonly DeviceArray<T>[],
    readonly collectives: readonly Collective[],
  ) {
    this.type = parts[0].type;
    this.length = parts[0].length;
  }

  subarray(start: number, end?: number): GroupArray<T> {
    return new GroupArray(this.parts.map((part) => part.subarray(start, end)), this.collectives);
  }

  read(): Promise<ElementsOf[T]> {
    return this.parts[0].read();
  }

  clear(): void {
    for (const part of this.parts) part.clear();
  }

  /** Each rank gets its share from here and gives it to the others: what leaves this process leaves it once. */
  async write(data: ElementsOf[T]): Promise<void> {
    sameLength(data, this);
    await Promise.all(this.parts.map(async (part, i) => {
      const { rank, size } = this.collectives[i];
      const { start, end } = share(this.length, rank, size);
      const own = data.subarray(start, end) as ElementsOf[T];
      // Not waited for one after the other: requests are done in order.
      await Promise.all([
        part.subarray(start, end).write(own),
        this.collectives[i].allGather(part),
      ]);
    }));
  }

  [Symbol.dispose](): void {
    for (const part of this.parts) part[Symbol.dispose]();
  }
}

class GroupProgram implements Program {
  constructor(readonly parts: readonly Program[]) {}

  bind(
    inputs: Record<string, TensorView> = {},
    outputs: Record<string, TensorView> = {},
  ): GroupBinding {
    return new GroupBinding(this.parts.map((part) => part.bind())).inputs(inputs).outputs(outputs);
  }

  [Symbol.dispose](): void {
    for (const part of this.parts) part[Symbol.dispose]();
  }
}

class GroupBinding implements Binding {
  constructor(readonly parts: readonly Binding[]) {}

  inputs(tensors: Record<string, TensorView>): this {
    this.parts.forEach((part, rank) => part.inputs(viewsOn(tensors, rank)));
    return this;
  }

  /** What leaves the devices is the first rank's; the others' goes nowhere. */
  outputs(tensors: Record<string, TensorView>): this {
    this.parts.forEach((part, rank) => {
      const views = Object.entries(viewsOn(tensors, rank));
      part.outputs(Object.fromEntries(
        views.map(([name, { data, shape }]) => [
          name,
          { shape, data: rank > 0 && isHost(data) ? data.slice() as TensorData : data },
        ]),
      ));
    });
    return this;
  }

  async run(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.run()));
  }

  [Symbol.dispose](): void {
    for (const part of this.parts) part[Symbol.dispose]();
  }
}

function viewsOn(tensors: Record<string, TensorView>, rank: number): Record<string, TensorView> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape }]) => [
      name,
      { shape, data: isHost(data) ? data : onRank(data, rank) },
    ]),
  );
}

/** Arrays of several devices, one after the other: what each rank holds a share of. It cannot be bound. */
export class ShardedArray implements DeviceArray {
  /** See {@linkcode DeviceArray.type}. */
  readonly type = "float32";
  readonly length: number;

  constructor(readonly shards: readonly DeviceArray[]) {
    this.length = shards.reduce((sum, { length }) => sum + length, 0);
  }

  subarray(start: number, end: number = this.length): DeviceArray {
    return new ShardedArray(
      this.#places().filter(({ from, to }) => from < end && to > start).map((
        { shard, from, to },
      ) => shard.subarray(Math.max(start, from) - from, Math.min(end, to) - from)),
    );
  }

  async read(): Promise<Float32Array<ArrayBuffer>> {
    const all = new Float32Array(this.length);
    await Promise.all(
      this.#places().map(async ({ shard, from }) => all.set(await shard.read(), from)),
    );
    return all;
  }

  clear(): void {
    for (const shard of this.shards) shard.clear();
  }

  async write(data: Float32Array<ArrayBuffer>): Promise<void> {
    sameLength(data, this);
    await Promise.all(
      this.#places().map(({ shard, from, to }) => shard.write(data.subarray(from, to))),
    );
  }

  [Symbol.dispose](): void {
    for (const shard of this.shards) shard[Symbol.dispose]();
  }

  #places(): { shard: DeviceArray; from: number; to: number }[] {
    let to = 0;
    return this.shards.map((shard) => ({ shard, from: to, to: to += shard.length }));
  }
}
