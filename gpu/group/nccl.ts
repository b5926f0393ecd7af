/**
 * Sums between GPUs by NCCL 2, through its C functions (nccl.h). **Never run on a GPU**: tested against a small library
 * that has the same functions over the memory of a CPU.
 *
 * All calls are made on this thread, whose current GPU is the sidecar's: NCCL takes the calling thread's. They only
 * begin their work on a stream of their own; waiting for that happens on another thread, and the event loop stays free.
 */

import type { AnyArray, DeviceArray } from "../device.ts";
import { PointerArray } from "../cuda/pointer_array.ts";
import { bytesOf } from "../elements.ts";
import { type Collective, equalShare, type Exchange } from "./collective.ts";

/** nccl.h */
const UINT8 = 1, FLOAT32 = 7, SUM = 0, ID_BYTES = 128;
/** An ncclUniqueId, which is passed by value. */
const UNIQUE_ID = { struct: Array(ID_BYTES / 8).fill("u64") as "u64"[] } as const;
/** cudaStreamNonBlocking: it does not wait for the default stream, on which ONNX Runtime has finished its runs. */
const NON_BLOCKING = 1;

const NCCL = {
  ncclGetVersion: { parameters: ["buffer"], result: "i32" },
  ncclGetErrorString: { parameters: ["i32"], result: "pointer" },
  ncclGetUniqueId: { parameters: ["buffer"], result: "i32" },
  ncclCommInitRank: { parameters: ["buffer", "i32", UNIQUE_ID, "i32"], result: "i32" },
  ncclCommGetAsyncError: { parameters: ["pointer", "buffer"], result: "i32" },
  ncclGroupStart: { parameters: [], result: "i32" },
  ncclGroupEnd: { parameters: [], result: "i32" },
  ncclReduceScatter: {
    parameters: ["u64", "u64", "usize", "i32", "i32", "pointer", "pointer"],
    result: "i32",
  },
  ncclReduce: {
    parameters: ["u64", "u64", "usize", "i32", "i32", "i32", "pointer", "pointer"],
    result: "i32",
  },
  ncclAllGather: {
    parameters: ["u64", "u64", "usize", "i32", "pointer", "pointer"],
    result: "i32",
  },
  ncclBroadcast: {
    parameters: ["u64", "u64", "usize", "i32", "i32", "pointer", "pointer"],
    result: "i32",
  },
  ncclAllReduce: {
    parameters: ["u64", "u64", "usize", "i32", "i32", "pointer", "pointer"],
    result: "i32",
  },
} as const;

const CUDART = {
  cudaStreamCreateWithFlags: { parameters: ["buffer", "u32"], result: "i32" },
  cudaStreamSynchronize: { parameters: ["pointer"], result: "i32", nonblocking: true },
} as const;

type Nccl = Deno.DynamicLibrary<typeof NCCL>["symbols"];
type Cudart = Deno.DynamicLibrary<typeof CUDART>["symbols"];

/** Where the libraries are. */
export interface NcclLibraries {
  /** libnccl.so.2 */
  nccl: string;
  /** libcudart, the one that the arrays' memory comes from. */
  cudart: string;
}

/** A rank of NCCL. */
export class NcclCollective implements Collective {
  private constructor(
    readonly nccl: Nccl,
    readonly cudart: Cudart,
    readonly communicator: Deno.PointerValue,
    readonly stream: Deno.PointerValue,
    readonly rank: number,
    readonly size: number,
  ) {}

  /**
   * Makes this process's GPU a rank; returns when all ranks have joined. The first rank's identifier is given to the
   * others; it holds an address at which NCCL meets.
   */
  static async join(
    { nccl: path, cudart: runtime }: NcclLibraries,
    rank: number,
    size: number,
    exchange: Exchange,
  ): Promise<NcclCollective> {
    const nccl = open(path);
    const cudart = Deno.dlopen(runtime, CUDART).symbols;
    const id = new Uint8Array(ID_BYTES);
    if (rank === 0) check(nccl, "ncclGetUniqueId", nccl.ncclGetUniqueId(id));
    const { id: text } = await exchange(rank === 0 ? { id: id.toBase64() } : {});
    id.setFromBase64(text);
    const communicator = new BigUint64Array(1), stream = new BigUint64Array(1);
    const joined = nccl.ncclCommInitRank(communicator, size, id, rank);
    check(nccl, `ncclCommInitRank of ${rank} among ${size}`, joined);
    const made = cudart.cudaStreamCreateWithFlags(stream, NON_BLOCKING);
    if (made !== 0) throw new Error(`A stream for NCCL cannot be made: CUDA's error ${made}`);
    const [c, s] = [communicator, stream].map(([address]) => Deno.UnsafePointer.create(address));
    return new NcclCollective(nccl, cudart, c, s, rank, size);
  }

  /** See {@linkcode Collective.reduceScatter}. What does not go into equal shares is the last rank's. */
  async reduceScatter(whole: DeviceArray): Promise<void> {
    const { nccl, communicator, stream, size } = this;
    const { at, mine, left, each, rest } = this.#places(whole);
    await this.#run("ncclReduceScatter", () => [
      each > 0
        ? nccl.ncclReduceScatter(at, mine, BigInt(each), FLOAT32, SUM, communicator, stream)
        : 0,
      rest > 0
        ? nccl.ncclReduce(
          left,
          left,
          BigInt(rest),
          FLOAT32,
          SUM,
          size - 1,
          communicator,
          stream,
        )
        : 0,
    ]);
  }

  /** See {@linkcode Collective.allGather}. */
  async allGather(whole: AnyArray): Promise<void> {
    const { nccl, communicator, stream, size } = this;
    const { at, mine, left, each, rest } = this.#places(whole);
    const bytes = (elements: number) => BigInt(elements * bytesOf(whole.type));
    await this.#run("ncclAllGather", () => [
      each > 0 ? nccl.ncclAllGather(mine, at, bytes(each), UINT8, communicator, stream) : 0,
      rest > 0
        ? nccl.ncclBroadcast(left, left, bytes(rest), UINT8, size - 1, communicator, stream)
        : 0,
    ]);
  }

  /** See {@linkcode Collective.allReduce}. */
  async allReduce(array: DeviceArray): Promise<void> {
    const { nccl, communicator, stream } = this;
    const at = addressOf(array), count = BigInt(array.length);
    await this.#run("ncclAllReduce", () => [
      nccl.ncclAllReduce(at, at, count, FLOAT32, SUM, communicator, stream),
    ]);
  }

  /** Addresses of an array, of this rank's equal share, and of what equal shares leave over; elements of the two. */
  #places(whole: AnyArray) {
    const at = addressOf(whole), each = equalShare(whole.length, this.size);
    const offset = (share: number) => BigInt(share * each * bytesOf(whole.type));
    const mine = at + offset(this.rank), left = at + offset(this.size);
    return { at, mine, left, each, rest: whole.length - this.size * each };
  }

  /** Begins some calls as one, and waits until they are done. */
  async #run(what: string, calls: () => number[]): Promise<void> {
    const { nccl, cudart, communicator, stream } = this;
    const codes = [nccl.ncclGroupStart(), ...calls(), nccl.ncclGroupEnd()];
    for (const code of codes) check(nccl, what, code);
    const done = await cudart.cudaStreamSynchronize(stream);
    const late = new Int32Array(1);
    check(nccl, what, nccl.ncclCommGetAsyncError(communicator, late));
    check(nccl, what, late[0]);
    if (done !== 0) throw new Error(`${what} failed on the GPU: CUDA's error ${done}`);
  }
}

function open(path: string): Nccl {
  let nccl: Nccl;
  try {
    nccl = Deno.dlopen(path, NCCL).symbols;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Several GPUs take NCCL: ${why}. Run \`deno task gpu:setup --libraries\`, install libnccl2, or set EMEND_NCCL to ` +
        `its library`,
      { cause },
    );
  }
  const version = new Int32Array(1);
  check(nccl, "ncclGetVersion", nccl.ncclGetVersion(version));
  // 2.4 brought the errors that are told late; from 2.9 on versions have two digits for each part.
  if (version[0] < 2400) {
    throw new Error(`${path} is NCCL ${version[0]}, which is too old: take 2.4 or later`);
  }
  return nccl;
}

function addressOf(array: AnyArray): bigint {
  if (array instanceof PointerArray) return array.address;
  throw new Error("NCCL takes arrays of a GPU's memory alone");
}

function check(nccl: Nccl, what: string, code: number): void {
  if (code === 0) return;
  const text = nccl.ncclGetErrorString(code);
  const why = text ? new Deno.UnsafePointerView(text).getCString() : `error ${code}`;
  throw new Error(
    `${what} failed: ${why} (${code}). NCCL_DEBUG=WARN in the sidecar's environment says more`,
  );
}
