/**
 * Checkpoints that survive being killed at any moment.
 *
 * A save writes `checkpoints/.tmp-step-000010/`, syncs every file, writes the manifest, renames the folder to its
 * name and then rewrites `latest`. Each of these steps leaves the previous checkpoint as it was, and `latest`
 * always names a complete one.
 *
 * `latest` is a text file, not a symbolic link: it can be replaced by one rename on every system (links need
 * special rights on Windows), it survives `cp -r`, archives and object stores, and it never dangles into a path
 * that was moved.
 */
import { basename, join } from "node:path";
import { freeBytes, isDiskFull, removeIfThere, stage, syncPath } from "./disk.ts";
import { type RunFolder, stepName, stepOf } from "./folder.ts";
import { describe, filesUnder, MANIFEST, readCheckpoint, type TrainerState } from "./manifest.ts";

const UNFINISHED = ".tmp-", REPLACED = ".old-";

/** What {@linkcode saveCheckpoint} saves. */
export interface CheckpointRequest extends Omit<TrainerState, "state"> {
  /** Whatever else the trainer needs to go on; it must survive JSON. */
  state: object;
  /** Writes weights, optimizer, tokenizer into the (empty) folder; any layout of files and folders. */
  write: (dir: string) => Promise<void>;
  /** How many checkpoints to keep, the newest ones (`max_ckpt_to_keep`), at least 1. @default Infinity */
  maxToKeep?: number;
}

/**
 * Saves a checkpoint so that it is complete or not there at all.
 *
 * @returns the checkpoint's folder
 * @throws an Error that names the folder and, on a full disk, the bytes needed and free; the previous checkpoint is
 * intact then, and nothing of the failed one is left
 */
export async function saveCheckpoint(
  folder: RunFolder,
  request: CheckpointRequest,
): Promise<string> {
  const { step, epoch, seed, write, maxToKeep = Infinity } = request;
  const name = stepName(step);
  const temporary = join(folder.checkpoints, UNFINISHED + name);
  const dir = join(folder.checkpoints, name);
  const replaced = join(folder.checkpoints, REPLACED + name);
  try {
    await removeLeftovers(folder);
    await Deno.mkdir(temporary);
    await write(temporary);
    const state = { ...request.state };
    await Deno.writeTextFile(
      join(temporary, MANIFEST),
      await describe(temporary, { step, epoch, seed, state }),
    );
    await syncTree(temporary);
    await folder.syncMetrics();
    // Staged before the rename: from there on nothing needs space.
    const pointLatest = await stage(folder.latest, name + "\n");
    if (await exists(dir)) await Deno.rename(dir, replaced);
    await Deno.rename(temporary, dir);
    await syncPath(folder.checkpoints);
    await pointLatest();
  } catch (error) {
    throw await saveFailure(folder, temporary, dir, error);
  }
  await removeIfThere(replaced);
  for (const old of (await newestFirst(folder, step)).slice(Math.max(1, maxToKeep))) {
    // Renamed first, so that a half removed one is never taken for a checkpoint.
    await Deno.rename(join(folder.checkpoints, old), join(folder.checkpoints, UNFINISHED + old));
    await Deno.remove(join(folder.checkpoints, UNFINISHED + old), { recursive: true });
  }
  return dir;
}

/** A checkpoint that can be resumed from. */
export interface FoundCheckpoint extends TrainerState {
  /** Its folder, as `write` filled it, and `trainer_state.json`. */
  dir: string;
}

/**
 * The checkpoint to resume from: the one that `latest` names or, where that is damaged, the next older complete one.
 * Reads only, so it may look into a run that is being written.
 *
 * @param warn is told why a checkpoint was passed over. @default console.error
 * @returns null when there is no usable checkpoint
 */
export async function findCheckpoint(
  folder: RunFolder,
  warn: (text: string) => void = console.error,
): Promise<FoundCheckpoint | null> {
  const latest = await Deno.readTextFile(folder.latest).then((text) => text.trim(), () => null);
  const names = await newestFirst(folder, stepOf(latest ?? "") ?? Infinity);
  if (latest !== null && !names.includes(latest)) {
    warn(
      `${folder.latest} names ${JSON.stringify(latest)}, which is not in ${folder.checkpoints}.`,
    );
  }
  for (const name of names) {
    const dir = join(folder.checkpoints, name);
    try {
      return { dir, ...await readCheckpoint(dir) };
    } catch (error) {
      warn(`${(error as Error).message} Trying an older one.`);
    }
  }
  return null;
}

/**
 * Clears up after a save that was killed; call it when a run starts, under {@linkcode RunFolder.lock}.
 * A checkpoint that was about to be replaced by one of the same step gets its name back.
 */
export async function removeLeftovers(folder: RunFolder): Promise<void> {
  await removeIfThere(`${folder.latest}.tmp`);
  for (const { name } of await Array.fromAsync(Deno.readDir(folder.checkpoints))) {
    const path = join(folder.checkpoints, name);
    if (name.startsWith(REPLACED)) {
      const original = join(folder.checkpoints, name.slice(REPLACED.length));
      if (await exists(original)) await Deno.remove(path, { recursive: true });
      else await Deno.rename(path, original);
    } else if (name.startsWith(UNFINISHED)) {
      await Deno.remove(path, { recursive: true });
    }
  }
}

/**
 * The names of the checkpoints, newest first as seen from `step`. Those of later steps come last: they belong to
 * a future that was given up when the run went back to an earlier checkpoint.
 */
async function newestFirst(folder: RunFolder, step: number): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder.checkpoints));
  return entries.map(({ name }) => ({ name, at: stepOf(name) ?? -1 })).filter(({ at }) => at >= 0)
    .sort((a, b) => Number(a.at > step) - Number(b.at > step) || b.at - a.at)
    .map(({ name }) => name);
}

async function syncTree(dir: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    await (isDirectory ? syncTree : syncPath)(join(dir, name));
  }
  await syncPath(dir);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function bytesUnder(dir: string): Promise<number> {
  let bytes = 0;
  for (const path of await filesUnder(dir)) bytes += (await Deno.stat(join(dir, path))).size;
  return bytes;
}

/** Removes what a failed save wrote, and tells what happened and what is still there. */
async function saveFailure(
  folder: RunFolder,
  temporary: string,
  dir: string,
  cause: unknown,
): Promise<Error> {
  const written = await bytesUnder(temporary).catch(() => 0);
  const free = await freeBytes(folder.path).catch(() => 0);
  await removeLeftovers(folder);
  const previous = await newestFirst(folder, stepOf(basename(dir))!);
  const intact = previous.length > 0
    ? ` The checkpoint ${previous[0]} is intact.`
    : " There is no earlier checkpoint.";
  if (!isDiskFull(cause)) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new Error(`Cannot save the checkpoint ${dir}: ${why.replace(/[.\s]*$/, ".")}${intact}`, {
      cause,
    });
  }
  const last = previous.length > 0 ? await bytesUnder(join(folder.checkpoints, previous[0])) : 0;
  const available = await freeBytes(folder.path).catch(() => 0);
  const needed = Math.max(written + free, last, available); // What is free now was not enough.
  return new Error(
    `Cannot save the checkpoint ${dir}: the disk is full. It needs more than ${
      needed.toLocaleString("en")
    } bytes, ${
      available.toLocaleString("en")
    } are free. Free some space, or lower trainer.max_ckpt_to_keep.${intact}`,
    { cause },
  );
}
