/** Opening the door of a sidecar. */

import { dirname, join } from "node:path";
import { type Address, addressText } from "./address.ts";

/** Where to listen. */
export type ListenOptions = Address;

/** An open door. */
export interface Door {
  /** Gives each client's line. */
  listener: Deno.Listener;
  /** Where it is, as a user writes it. */
  address: string;
}

/**
 * Listens. A socket's file is the user's alone; one that a dead sidecar has left is replaced.
 *
 * @throws an error where another sidecar listens already
 */
export async function listen(where: ListenOptions): Promise<Door> {
  if (where.transport === "tcp") {
    const listener = Deno.listen(where);
    const { port } = listener.addr as Deno.NetAddr;
    return { listener, address: addressText({ ...where, port }) };
  }
  await removeDead(where.path);
  // Made where nobody else may enter: there is no moment in which others could open it.
  const folder = await Deno.makeTempDir({ dir: dirname(where.path), prefix: ".s" });
  try {
    const path = join(folder, "s");
    const listener = Deno.listen({ transport: "unix", path });
    await Deno.chmod(path, 0o600);
    await Deno.rename(path, where.path);
    return { listener, address: where.path };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function removeDead(path: string): Promise<void> {
  const there = await Deno.lstat(path).catch(() => null);
  if (!there) return;
  if (!there.isSocket) throw new Error(`${path} is there already, and is no socket`);
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch {
    return await Deno.remove(path);
  }
  throw new Error(`A sidecar listens at ${path} already`);
}
