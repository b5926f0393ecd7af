/** MPICH for tests: found, or fetched once as `deno task gpu:setup --mpi` does; where neither is possible, they say why. */

import { fetchMpi } from "../group/fetch_mpi.ts";
import { findMpi } from "../group/mpi_library.ts";

async function reason(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "sidecars train together on Linux alone";
  if (findMpi()) return;
  try {
    await fetchMpi(Deno.env.get("PIP_INDEX_URL") ?? "https://pypi.org/simple", () => {});
  } catch (error) {
    return `no MPICH: ${(error as Error).message}`;
  }
}

const why = await reason();

/** A test that takes MPICH. */
export function mpiTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name: why ? `${name} (skipped: ${why})` : name, ignore: why !== undefined, fn });
}
