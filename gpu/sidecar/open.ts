/** A device by its name in a configuration. */

import type { Device } from "../device.ts";
import { LocalDevice } from "../local_device.ts";
import { parseAddress } from "./address.ts";
import { SidecarDevice } from "./client.ts";
import { connect } from "./connect.ts";
import { launchSidecar } from "./launch.ts";

/** How a device is opened. */
export interface OpenOptions {
  /** Threads within an operator, but for a sidecar that runs already; 0 means all cores. @default 0 */
  threads?: number;
  /** Milliseconds to wait for a sidecar that is started by others. @default 0 */
  patience?: number;
}

/**
 * Opens a device: `cpu` (this process), `sidecar` (a child process with a CPU), `cuda:N` (a child process with that
 * GPU), or the address of a sidecar that runs already: a socket's path or HOST:PORT, with its token in
 * EMEND_GPU_TOKEN.
 */
export async function openDevice(name: string, options: OpenOptions = {}): Promise<Device> {
  const { threads = 0, patience } = options;
  if (name === "cpu") return new LocalDevice({ threads });
  if (name === "sidecar") return await launchSidecar({ device: "cpu", threads });
  if (isCuda(name)) return await launchSidecar({ device: name, threads });
  const token = Deno.env.get("EMEND_GPU_TOKEN");
  return new SidecarDevice(await connect(parseAddress(name), { token, patience }));
}

/** Whether a name is that of a GPU of this machine. */
export const isCuda = (name: string): boolean => /^cuda:\d+$/.test(name);
