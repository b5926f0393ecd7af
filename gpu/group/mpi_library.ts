/** Where MPICH's library is. */

import { join } from "node:path";

/** The names of its library: PyPI's wheel and most builds, then Debian's; Open MPI's has another number. */
const NAMES = ["libmpi.so.12", "libmpich.so.12"];
const FOLDERS = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib"];

/** Where `deno task gpu:setup --mpi` puts what it fetches. */
export function mpiFolder(env: Record<string, string> = Deno.env.toObject()): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME ?? ".", ".cache"), "emend", "mpich");
}

/**
 * Finds MPICH: `EMEND_MPI`, what setup has fetched, the system's.
 *
 * @throws an error that says how it is had
 */
export function mpiLibrary(env: Record<string, string> = Deno.env.toObject()): string {
  const found = findMpi(env);
  if (found) return found;
  throw new Error(
    "Several sidecars on CPUs take MPICH, which is nowhere. Run `deno task gpu:setup --mpi`, install your system's " +
      "(Debian: libmpich12), or set EMEND_MPI to its library",
  );
}

/** The path of MPICH's library, or undefined where it is nowhere. */
export function findMpi(env: Record<string, string> = Deno.env.toObject()): string | undefined {
  if (env.EMEND_MPI) return env.EMEND_MPI;
  return [mpiFolder(env), ...FOLDERS].flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(exists);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
