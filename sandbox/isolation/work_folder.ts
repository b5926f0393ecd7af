/** Folders on the host's disk for sandboxes that have no memory of their own to write to. */

import { programUser } from "./user.ts";

/** An empty folder that belongs to the user of the programs; the program inside removes it when it ends. */
export async function workFolder(): Promise<string> {
  const path = await Deno.makeTempDir({ dir: "/tmp", prefix: "emend-sandbox-" });
  const user = programUser();
  if (user) await Deno.chown(path, user.uid, user.gid);
  return path;
}
