/** Where servers find new weights: one folder a version, complete or not there at all, the old ones gone. */

import { join, resolve } from "node:path";
import { removeIfThere, writeFailure } from "../../run/disk.ts";

const UNFINISHED = ".tmp-";

/** A folder of the servers' and ours. */
export class WeightsFolder {
  /** Absolute: servers have another working folder. */
  readonly path: string;

  /** Touches nothing yet. */
  constructor(path: string) {
    this.path = resolve(path);
  }

  /**
   * Writes a version, and removes all others: servers that still read those are about to be given this one.
   *
   * @param write fills an empty folder
   * @returns its folder
   * @throws an Error that says what could not be written and why
   */
  async publish(name: string, write: (folder: string) => Promise<void>): Promise<string> {
    const folder = join(this.path, name), unfinished = join(this.path, UNFINISHED + name);
    try {
      await Deno.mkdir(unfinished, { recursive: true });
      await write(unfinished);
      await Deno.rename(unfinished, folder);
    } catch (error) {
      await removeIfThere(unfinished).catch(() => {});
      throw await writeFailure(folder, error, "trainer.weights_dir");
    }
    for await (const entry of Deno.readDir(this.path)) {
      if (entry.name !== name && VERSION.test(entry.name)) {
        await removeIfThere(join(this.path, entry.name));
      }
    }
    return folder;
  }
}

/** The name of a version, after so many updates; a run that goes on from a checkpoint takes none of a former one's. */
export function versionName(updates: number): string {
  return `weights-${String(updates).padStart(6, "0")}-${crypto.randomUUID().slice(0, 8)}`;
}

/** What may be removed: the folder may hold what others put there. */
const VERSION = /^(\.tmp-)?weights-\d{6,}-[0-9a-f]{8}$/;
