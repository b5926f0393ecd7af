/** Becoming a rank: by MPI on CPUs, by NCCL on GPUs. */

import { findLibraries } from "../cuda/libraries.ts";
import type { LocalDevice } from "../local_device.ts";
import type { Collective, Exchange } from "./collective.ts";
import { MpiCollective } from "./mpi.ts";
import { NcclCollective, type NcclLibraries } from "./nccl.ts";

/** Makes this process's device a rank of a group. */
export function joinGroup(
  { provider }: Pick<LocalDevice, "provider">,
  rank: number,
  size: number,
  exchange: Exchange,
): Promise<Collective> {
  if (provider === "CPU") return MpiCollective.join(rank, size, exchange);
  return NcclCollective.join(ncclLibraries(), rank, size, exchange);
}

/** Found where CUDA's other libraries are; `EMEND_NCCL` comes first, and the dynamic linker's own places come last. */
function ncclLibraries(): NcclLibraries {
  const found = [...findLibraries()?.found ?? []];
  const path = (name: string) => found.find(([there]) => there.startsWith(name))?.[1];
  return {
    nccl: Deno.env.get("EMEND_NCCL") || (path("libnccl.so") ?? "libnccl.so.2"),
    cudart: path("libcudart.so") ?? "libcudart.so",
  };
}
