/** The devices that the whole device test suite runs on: what holds on one holds on all. */

import type { Device } from "../device.ts";
import { LocalDevice } from "../local_device.ts";

interface Kind {
  name: string;
  /** The device, made when it is first needed. */
  open(): Promise<Device>;
}

const local = new LocalDevice({ threads: 1 });

const KINDS: Kind[] = [
  { name: "in this process", open: () => Promise.resolve(local) },
];

/** A test for each device; with one thread, so that results repeat bit by bit. */
export function deviceTest(
  name: string,
  test: (device: Device, t: Deno.TestContext) => Promise<void>,
): void {
  for (const kind of KINDS) {
    Deno.test(`${name} (${kind.name})`, async (t) => await test(await kind.open(), t));
  }
}
