/** What a language compiles once for all jobs, on the host's disk. */

import { programUser } from "../isolation/user.ts";

/**
 * A folder that programs can read, prepared once and kept for the next start.
 *
 * @param name of the folder; another content needs another name
 * @param prepare fills it; what it leaves half done is never used
 * @returns its path
 */
export async function prepared(
  name: string,
  prepare: (folder: string) => Promise<void>,
): Promise<string> {
  const all = await cacheFolder();
  // Another process may be at it already; then its work is waited for.
  using lock = await Deno.open(`${all}/lock`, { write: true, create: true });
  await lock.lock(true);
  const folder = `${all}/${name}`;
  const marker = `${folder}/prepared`; // written last
  if (await Deno.stat(marker).then(() => true, () => false)) return folder;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  await prepare(folder);
  await Deno.writeTextFile(marker, "");
  return folder;
}

/** Root's home is closed to the user of the programs. */
async function cacheFolder(): Promise<string> {
  const parent = programUser()
    ? "/var/cache"
    : Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  const folder = `${parent}/emend-sandbox`;
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  return folder;
}
