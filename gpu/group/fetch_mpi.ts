/** MPICH out of PyPI's wheel, which has all that it takes with it. */

import { join } from "node:path";
import { choose, fetchWheel } from "../cuda/setup/fetch_wheel.ts";
import { mpiFolder } from "./mpi_library.ts";

/** Fetches MPICH into the cache; {@linkcode mpiLibrary} finds it there. */
export async function fetchMpi(index: string, say: (text: string) => void): Promise<void> {
  const folder = mpiFolder(), unpacked = `${folder}.part`;
  await Deno.remove(unpacked, { recursive: true }).catch(() => {});
  const wheel = await choose(index, "mpich");
  await fetchWheel(wheel, unpacked, say);
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.rename(join(unpacked, `mpich-${wheel.version}.data`, "data", "lib"), folder);
  await Deno.remove(unpacked, { recursive: true });
}
