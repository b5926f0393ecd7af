/** A package's shared libraries, out of the wheel that fits this machine. */

import { join } from "node:path";
import { type Wheel, wheels } from "./python_index.ts";
import { download, unpackLibraries } from "./unpack.ts";

/**
 * Finds the newest wheel that fits.
 *
 * @throws an error that names the index and the project, where none does
 */
export async function choose(
  index: string,
  project: string,
  fits: (wheel: Wheel) => boolean = () => true,
): Promise<Wheel> {
  const arch = Deno.build.arch;
  const wheel = (await wheels(index, project, arch)).findLast(fits);
  if (!wheel) throw new Error(`${index} has no fitting ${project} for Linux on ${arch}`);
  return wheel;
}

/** Fetches a wheel, checks it, and unpacks its libraries into a folder. */
export async function fetchWheel(
  wheel: Wheel,
  folder: string,
  say: (text: string) => void,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const file = join(folder, wheel.name);
  say(`Fetching ${wheel.url}`);
  await download(wheel, file);
  const unpacked = await unpackLibraries(file, folder);
  await Deno.remove(file);
  say(`Checked its sha256 and unpacked ${unpacked.length} libraries into ${folder}`);
}
