/** Becoming a rank: by MPI on CPUs, by NCCL on GPUs. */

import type { LocalDevice } from "../local_device.ts";
import type { Collective, Exchange } from "./collective.ts";
import { MpiCollective } from "./mpi.ts";

/** Makes this process's device a rank of a group. */
export function joinGroup(
  _device: LocalDevice,
  rank: number,
  size: number,
  exchange: Exchange,
): Promise<Collective> {
  return MpiCollective.join(rank, size, exchange);
}
