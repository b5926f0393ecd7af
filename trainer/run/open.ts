/** Opening a run's folder: locked, cleared up, rewound to the checkpoint that the run goes on from. */

import { type Config, resolvedYaml } from "../config.ts";
import { changedSettings } from "../config/changes.ts";
import { resumable } from "../setup.ts";
import { type FoundCheckpoint, removeLeftovers } from "./checkpoint.ts";
import { RunFolder } from "./folder.ts";
import type { Reporter } from "./progress.ts";

/** A folder that a run may write into, until it is disposed of. */
export interface OpenRun extends Disposable {
  /** The folder. */
  folder: RunFolder;
  /** The checkpoint to go on from, or null to start. */
  found: FoundCheckpoint | null;
}

/**
 * Opens the folder that the configuration names.
 *
 * @throws where it cannot be written, is in use, or holds another run
 */
export async function openRun(config: Config, reporter: Reporter): Promise<OpenRun> {
  const folder = await RunFolder.create(config.trainer.default_local_dir);
  const lock = await folder.lock();
  try {
    await removeLeftovers(folder);
    const found = await resumable(config, folder, reporter);
    await folder.rewind(found?.step ?? -1);
    const yaml = resolvedYaml(config), before = found && await folder.readConfig();
    for (const change of before ? changedSettings(before, yaml) : []) {
      reporter.warn(`Changed since the checkpoint: ${change}`);
    }
    await folder.writeConfig(yaml);
    return { folder, found, [Symbol.dispose]: () => lock[Symbol.dispose]() };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}
