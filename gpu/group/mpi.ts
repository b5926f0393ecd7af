/**
 * Sums between processes on CPUs by MPICH, through its C functions.
 *
 * MPICH's handles are whole numbers that its ABI fixes (mpi.h; Intel MPI and MVAPICH have the same), where Open MPI's are
 * addresses of its own symbols. A process can be a rank once in its life: MPI cannot be begun again after it has ended.
 */

import type { AnyArray, ArrayType, DeviceArray, ElementsOf } from "../device.ts";
import { bytesOf } from "../elements.ts";
import { HostArray } from "../native_array.ts";
import { type Collective, type Exchange, share } from "./collective.ts";
import { mpiLibrary } from "./mpi_library.ts";
import { startPmi } from "./pmi.ts";

/** mpi.h of MPICH 4 and 5. */
const WORLD = 0x44000000, SUM = 0x58000003, ERRORS_RETURN = 0x54000001;
const FLOAT = 0x4c00040a, BYTE = 0x4c00010d;
const IN_PLACE = Deno.UnsafePointer.create(0xffff_ffff_ffff_ffffn);
/** MPI_THREAD_SERIALIZED: each call comes from some thread, one at a time. */
const SERIALIZED = 2;
const MAX_TEXT = 8192;

/** Counts are 64 bits wide in the functions that end in `_c` (MPI 4): an array may have more than 2³¹ elements. */
const SYMBOLS = {
  MPI_Get_library_version: { parameters: ["buffer", "buffer"], result: "i32" },
  MPI_Init_thread: {
    parameters: ["pointer", "pointer", "i32", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  MPI_Comm_set_errhandler: { parameters: ["i32", "i32"], result: "i32" },
  MPI_Error_string: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  MPI_Reduce_scatter_c: {
    parameters: ["buffer", "buffer", "buffer", "i32", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  MPI_Allgatherv_c: {
    parameters: ["pointer", "i64", "i32", "buffer", "buffer", "buffer", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  MPI_Allreduce_c: {
    parameters: ["pointer", "buffer", "i64", "i32", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
} as const;

type Symbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** What MPICH and its transport read from the environment, where the user has not set it. */
const SETTINGS: Record<string, string> = {
  // MPICH's shared memory in /dev/shm would outlive ranks that are killed; System V segments, which UCX takes between
  // ranks of one machine, do not. TCP alone would find no way without a network: UCX leaves the loopback out.
  MPIR_CVAR_NOLOCAL: "1",
  UCX_TLS: "tcp,self,sysv",
  UCX_WARN_UNUSED_ENV_VARS: "n",
};

/** A rank of MPI. */
export class MpiCollective implements Collective {
  private constructor(
    readonly mpi: Symbols,
    readonly rank: number,
    readonly size: number,
  ) {}

  /**
   * Makes this process a rank.
   *
   * @throws an error that says how MPICH is had, where it is not there
   */
  static async join(rank: number, size: number, exchange: Exchange): Promise<MpiCollective> {
    const path = mpiLibrary();
    for (const [name, value] of Object.entries(SETTINGS)) {
      if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
    }
    // Groups of one machine must not share a name.
    const { group } = await exchange(rank === 0 ? { group: crypto.randomUUID() } : {});
    await using pmi = startPmi(group, rank, size, exchange);
    Deno.env.set("PMI_PORT", pmi.address);
    Deno.env.set("PMI_ID", String(rank));
    const mpi = open(path);
    const version = text((buffer, length) => mpi.MPI_Get_library_version(buffer, length));
    if (!version.startsWith("MPICH")) throw new Error(`${path} is not MPICH, but ${version}`);
    const joined = mpi.MPI_Init_thread(null, null, SERIALIZED, new Int32Array(1));
    check(mpi, "MPI_Init", await Promise.race([joined, pmi.failed]));
    removeSharedMemory(group, rank);
    check(mpi, "MPI_Comm_set_errhandler", mpi.MPI_Comm_set_errhandler(WORLD, ERRORS_RETURN));
    return new MpiCollective(mpi, rank, size);
  }

  /** See {@linkcode Collective.reduceScatter}. */
  async reduceScatter(whole: DeviceArray): Promise<void> {
    const { counts } = this.#shares(whole.length), all = memory(whole);
    const { start, end } = share(whole.length, this.rank, this.size);
    // In place, MPI would put every rank's share at the beginning, over what is another's.
    const own = new Float32Array(end - start);
    const code = await this.mpi.MPI_Reduce_scatter_c(all, own, counts, FLOAT, SUM, WORLD);
    check(this.mpi, "MPI_Reduce_scatter", code);
    all.set(own, start);
  }

  /** See {@linkcode Collective.allGather}. */
  async allGather(whole: AnyArray): Promise<void> {
    const { counts, starts } = this.#shares(whole.length, bytesOf(whole.type));
    const code = await this.mpi.MPI_Allgatherv_c(
      IN_PLACE,
      0n,
      BYTE,
      memory(whole),
      counts,
      starts,
      BYTE,
      WORLD,
    );
    check(this.mpi, "MPI_Allgatherv", code);
  }

  /** See {@linkcode Collective.allReduce}. */
  async allReduce(array: DeviceArray): Promise<void> {
    const length = BigInt(array.length);
    const code = await this.mpi.MPI_Allreduce_c(IN_PLACE, memory(array), length, FLOAT, SUM, WORLD);
    check(this.mpi, "MPI_Allreduce", code);
  }

  /** All ranks' shares, in units of which an element has so many. */
  #shares(length: number, units = 1): Record<"counts" | "starts", BigInt64Array<ArrayBuffer>> {
    const shares = Array.from({ length: this.size }, (_, rank) => share(length, rank, this.size));
    return {
      counts: BigInt64Array.from(shares, ({ start, end }) => BigInt(units * (end - start))),
      starts: BigInt64Array.from(shares, ({ start }) => BigInt(units * start)),
    };
  }
}

/**
 * Takes the name off the segment that MPICH makes all the same, and that no other rank opens: it lives as long as this
 * process. MPICH 5 calls it after the FNV-1a hash of the group's name.
 */
function removeSharedMemory(group: string, rank: number): void {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(group)) hash = Math.imul(hash ^ byte, 16777619);
  try {
    Deno.removeSync(`/dev/shm/mpich_shm_${(hash >>> 0).toString(16)}_${rank}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function open(path: string): Symbols {
  try {
    return Deno.dlopen(path, SYMBOLS).symbols;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot load MPICH from ${path}: ${why}. It takes MPICH 4 or later; \`deno task gpu:setup --mpi\` fetches one, ` +
        `unless EMEND_MPI names another`,
      { cause },
    );
  }
}

function memory<T extends ArrayType>(array: DeviceArray<T>): ElementsOf[T] {
  if (array instanceof HostArray) return array.elements;
  throw new Error("MPI takes arrays of this process's own memory alone");
}

function check(mpi: Symbols, what: string, code: number): void {
  if (code === 0) return;
  const why = text((buffer, length) => mpi.MPI_Error_string(code, buffer, length));
  throw new Error(`${what} failed: ${why.replaceAll(/\s*\n\s*/g, "; ")}`);
}

function text(
  write: (
    buffer: Uint8Array<ArrayBuffer>,
    length: Int32Array<ArrayBuffer>,
  ) => number,
): string {
  const buffer = new Uint8Array(MAX_TEXT), length = new Int32Array(1);
  write(buffer, length);
  return new TextDecoder().decode(buffer.subarray(0, length[0])).trim();
}
