/** No isolation: limits only. For who trusts the programs, and says so. */

import { insideCommand } from "./inside.ts";
import type { Launch } from "./launch.ts";
import { DISK_BYTES } from "./limits.ts";
import { workFolder } from "./work_folder.ts";

/** Describes a "sandbox". */
export async function unsafe(python: string): Promise<Launch> {
  const work = await workFolder();
  const command = await insideCommand({
    python,
    work,
    wiped: [work],
    disk: DISK_BYTES,
    removed: true,
    place: null,
    first: false,
    landlock: null,
  });
  return { command, work, ends: "SIGTERM" };
}
