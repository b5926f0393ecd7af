/** A device array that lies in a sidecar. */

import type { DeviceArray } from "../device.ts";
import { sameLength } from "../native_array.ts";
import type { SidecarDevice } from "./client.ts";
import { PART } from "./protocol.ts";
import { pieces } from "./tensors.ts";

/** Elements in a sidecar. */
export class SidecarArray implements DeviceArray {
  /** @param start the first element of the array `id` */
  constructor(
    readonly device: SidecarDevice,
    readonly id: number,
    readonly start: number,
    readonly length: number,
  ) {}

  subarray(start: number, end: number = this.length): SidecarArray {
    if (start < 0 || end < start || end > this.length) {
      throw new RangeError(`An array of ${this.length} elements has no part ${start} to ${end}`);
    }
    return new SidecarArray(this.device, this.id, this.start + start, end - start);
  }

  async read(): Promise<Float32Array<ArrayBuffer>> {
    const { connection } = this.device;
    const all = new Float32Array(this.length);
    const parts = Array.from({ length: Math.ceil(this.length / PART) }, async (_, i) => {
      const start = i * PART, length = Math.min(PART, this.length - start);
      const { body } = await connection.ask(
        { op: "read", array: this.id, start: this.start + start, length },
      );
      all.set(new Float32Array(body.buffer), start);
    });
    await Promise.all(parts);
    return all;
  }

  async write(data: Float32Array<ArrayBuffer>): Promise<void> {
    this.send(data);
    await this.device.connection.drained();
  }

  /** Sends all elements; they must stay as they are until the connection is drained. */
  send(data: Float32Array<ArrayBuffer>): void {
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
