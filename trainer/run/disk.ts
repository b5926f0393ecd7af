/** What every write into a run's folder shares: reaching the disk for certain, and saying why it could not. */
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Waits until a file's bytes, or a folder's list of names, are on the disk and would survive a power cut.
 * A rename is durable only after its folder was synced too.
 */
export async function syncPath(path: string): Promise<void> {
  const windows = Deno.build.os === "windows";
  // Windows has no handle to sync a folder by, and syncs a file only through a writable one.
  if (windows && (await Deno.stat(path)).isDirectory) return;
  using file = await Deno.open(path, { read: true, write: windows });
  await file.sync();
}

/**
 * Writes a whole file so that a reader, or a run that was killed meanwhile, sees the old text or the new, never half.
 *
 * @throws as {@linkcode writeFailure} words it
 */
export async function writeWhole(path: string, text: string, setting?: string): Promise<void> {
  await (await stage(path, text, setting))();
}

/**
 * The first half of {@linkcode writeWhole}: everything that needs space on the disk.
 *
 * @returns the second half, a rename: it makes the new text visible
 */
export async function stage(
  path: string,
  text: string,
  setting?: string,
): Promise<() => Promise<void>> {
  const temporary = `${path}.tmp`;
  try {
    await Deno.writeTextFile(temporary, text);
    await syncPath(temporary);
  } catch (error) {
    await removeIfThere(temporary);
    throw await writeFailure(path, error, setting);
  }
  return async () => {
    await Deno.rename(temporary, path);
    await syncPath(dirname(path));
  };
}

/** Removes a file, or a folder with all that is in it; nothing there is fine. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Whether an error, or the one that caused it, is a full disk or a used-up quota. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as Error & { code?: string }).code;
  return code === "ENOSPC" || code === "EDQUOT" ||
    /no space left|quota exceeded/i.test(error.message) ||
    isDiskFull(error.cause);
}

/** Bytes that this process may still write on the disk that holds `path`. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/**
 * Keeps a second process from writing into the same folder. The system drops the lock with the process, however
 * that ends.
 *
 * @returns the lock; dispose of it to let go. Null where another process holds it
 */
export async function tryLock(folder: string): Promise<Disposable | null> {
  const file = await Deno.open(join(folder, ".lock"), { write: true, create: true });
  if (await file.tryLock(true)) return file;
  file.close();
  return null;
}

/**
 * An error that says which file could not be written, why, and what to do about it.
 *
 * @param setting the key that moves it elsewhere
 */
export async function writeFailure(
  path: string,
  cause: unknown,
  setting = "trainer.default_local_dir",
): Promise<Error> {
  const told = cause instanceof Error ? cause : new Error(String(cause));
  const code = (told as Error & { code?: string }).code;
  let why = told.message;
  if (isDiskFull(told)) {
    const free = await freeBytes(dirname(path)).catch(() => 0);
    why = `the disk is full (${free.toLocaleString("en")} bytes free). Free some space there`;
  } else if (code === "EROFS") {
    why = "the disk is mounted read-only. Mount it writable";
  } else if (code === "EACCES" || code === "EPERM") {
    why = "permission denied. Make the folder writable";
  } else if (code === "ENOTDIR" || code === "EEXIST") {
    why = "a file is in the way of the folder. Move it";
  }
  return new Error(
    `Cannot write ${path}: ${why}, or set ${setting} to another folder.`,
    { cause },
  );
}
