/** What a rank in a sidecar is asked to do with the others: they talk to each other, not to the client. */

import type { AnyArray, DeviceArray } from "../device.ts";
import type { Collective } from "../group/collective.ts";
import type { SidecarDevice } from "./client.ts";

/** A sidecar's membership. */
export class SidecarCollective implements Collective {
  constructor(
    readonly device: SidecarDevice,
    readonly rank: number,
    readonly size: number,
  ) {}

  async reduceScatter(whole: DeviceArray): Promise<void> {
    const { device } = this;
    await device.connection.ask({ op: "reduceScatter", whole: device.part(whole) });
  }

  async allGather(whole: AnyArray): Promise<void> {
    const { device } = this;
    await device.connection.ask({ op: "allGather", whole: device.part(whole) });
  }

  async allReduce(array: DeviceArray): Promise<void> {
    const { device } = this;
    await device.connection.ask({ op: "allReduce", whole: device.part(array) });
  }
}
