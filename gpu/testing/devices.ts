/** The devices that the whole device test suite runs on: what holds on one holds on all. */

import type { Device } from "../device.ts";
import { openDevice } from "../sidecar/open.ts";

interface Kind {
  name: string;
  /** The name for {@linkcode openDevice}. */
  device: string;
  /** Why it is left out. */
  skip?: string;
}

const KINDS: Kind[] = [
  { name: "in this process", device: "cpu" },
  {
    name: "in a sidecar",
    device: "sidecar",
    skip: Deno.build.os === "windows" ? "sidecars are not started on Windows" : undefined,
  },
  {
    name: "on CUDA",
    device: "cuda:0",
    skip: Deno.env.get("EMEND_CUDA") ? undefined : "EMEND_CUDA=1 is not set",
  },
];

/** One of each for all tests of a file; with one thread, so that results repeat bit by bit. */
const opened = new Map<string, Promise<Device>>();
globalThis.addEventListener("unload", () => {
  for (const device of opened.values()) device.then((d) => d[Symbol.dispose]());
});

function deviceOf({ device }: Kind): Promise<Device> {
  let found = opened.get(device);
  if (!found) opened.set(device, found = openDevice(device, { threads: 1 }));
  return found;
}

/** A test for each device. */
export function deviceTest(
  name: string,
  test: (device: Device, t: Deno.TestContext) => Promise<void>,
): void {
  for (const kind of KINDS) {
    Deno.test({
      name: `${name} (${kind.name})` + (kind.skip ? ` (skipped: ${kind.skip})` : ""),
      ignore: kind.skip !== undefined,
      // A device is opened in the first test and serves them all.
      sanitizeOps: false,
      sanitizeResources: false,
      fn: async (t) => await test(await deviceOf(kind), t),
    });
  }
}
