/** A device array that lies in a sidecar. */

import type { ArrayType, DeviceArray, ElementsOf } from "../device.ts";
import { elements, elementsOver } from "../elements.ts";
import { sameLength } from "../native_array.ts";
import type { SidecarDevice } from "./client.ts";
import { PART } from "./protocol.ts";
import { pieces } from "./tensors.ts";

/** Elements in a sidecar. */
export class SidecarArray<T extends ArrayType = ArrayType> implements DeviceArray<T> {
  /** @param start the first element of the array `id` */
  constructor(
    readonly device: SidecarDevice,
    readonly id: number,
    readonly start: number,
    readonly length: number,
    readonly type: T,
  ) {}

  subarray(start: number, end: number = this.length): SidecarArray<T> {
    if (start < 0 || end < start || end > this.length) {
      throw new RangeError(`An array of ${this.length} elements has no part ${start} to ${end}`);
    }
    return new SidecarArray(this.device, this.id, this.start + start, end - start, this.type);
  }

  async read(): Promise<ElementsOf[T]> {
    const { connection } = this.device;
    const all = elements(this.type, this.length);
    const parts = Array.from({ length: Math.ceil(this.length / PART) }, async (_, i) => {
      const start = i * PART, length = Math.min(PART, this.length - start);
      const { body } = await connection.ask(
        { op: "read", array: this.id, start: this.start + start, length },
      );
      const bytes = body.subarray(0, length * all.BYTES_PER_ELEMENT);
      (all as Float32Array).set(elementsOver(this.type, bytes) as Float32Array, start);
    });
    await Promise.all(parts);
    return all;
  }

  async write(data: ElementsOf[T]): Promise<void> {
    this.send(data);
    await this.device.connection.drained();
  }

  /** Sends all elements; they must stay as they are until the connection is drained. */
  send(data: ElementsOf[T]): void {
    sameLength(data, this);
    for (let at = 0; at < data.length; at += PART) {
      const part = data.subarray(at, at + PART);
      this.device.connection.send(
        { op: "write", array: this.id, start: this.start + at },
        pieces(part).slice(0, 1),
      );
    }
  }

  clear(): void {
    const { id, start, length } = this;
    this.device.connection.send({ op: "clear", array: id, start, length });
  }

  [Symbol.dispose](): void {
    this.device.free(this.id);
  }
}
