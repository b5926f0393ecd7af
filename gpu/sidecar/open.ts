/** A device by its name in a configuration. */

import { availableParallelism } from "node:os";
import type { Device } from "../device.ts";
import { DeviceGroup } from "../group/device_group.ts";
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
 * EMEND_GPU_TOKEN. Several names open as many sidecars, which are one device: a {@linkcode DeviceGroup}.
 */
export async function openDevice(
  names: string | readonly string[],
  options: OpenOptions = {},
): Promise<Device> {
  const [name, ...others] = [names].flat();
  if (others.length > 0) return await openGroup([name, ...others], options);
  if (name === "cpu") return new LocalDevice({ threads: options.threads ?? 0 });
  return await openSidecar(name, options);
}

/** Whether a name is that of a GPU of this machine. */
export const isCuda = (name: string): boolean => /^cuda:\d+$/.test(name);

async function openSidecar(name: string, options: OpenOptions): Promise<SidecarDevice> {
  const { threads = 0, patience } = options;
  if (name === "sidecar") return await launchSidecar({ device: "cpu", threads });
  if (isCuda(name)) return await launchSidecar({ device: name, threads });
  const token = Deno.env.get("EMEND_GPU_TOKEN");
  return new SidecarDevice(await connect(parseAddress(name), { token, patience }));
}

async function openGroup(names: readonly string[], options: OpenOptions): Promise<DeviceGroup> {
  // All cores for each of them would be more threads than cores.
  const each = Math.max(1, Math.floor(availableParallelism() / names.length));
  const opening = names.map((name) =>
    openSidecar(name, { ...options, threads: options.threads || each })
  );
  try {
    const ranks = await Promise.all(opening);
    // What is left of a group may wait for the lost rank for ever, and is of no use.
    for (const { connection } of ranks) {
      connection.lost.then((why) => ranks.forEach((rank) => rank.connection.end(why)));
    }
    await introduce(ranks);
    return new DeviceGroup(ranks);
  } catch (error) {
    for (const opened of await Promise.allSettled(opening)) {
      if (opened.status === "fulfilled") opened.value[Symbol.dispose]();
    }
    throw error;
  }
}

/** Makes sidecars the ranks of a group. What they say to each other passes here until they have met. */
async function introduce(ranks: readonly SidecarDevice[]): Promise<void> {
  const [{ provider }] = ranks;
  if (ranks.some((rank) => rank.provider !== provider)) {
    throw new Error("Sidecars on CPUs and on GPUs cannot train one model together");
  }
  let said = await Promise.all(ranks.map((rank, i) => rank.join(i, ranks.length)));
  while (said.some((values) => values)) {
    const all = Object.assign({}, ...said);
    said = await Promise.all(ranks.map((rank) => rank.exchange(all)));
  }
}
