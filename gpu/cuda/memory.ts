/** A GPU's memory through the CUDA runtime's C functions. */

/** Memory that only its address is known of. */
export interface Memory {
  /** Zeros. */
  allocate(bytes: number): bigint;
  /** Ends what {@linkcode allocate} began. */
  free(address: bigint): void;
  /** Copies bytes of this process there. */
  write(to: bigint, from: Uint8Array<ArrayBuffer>): void;
  /** Copies bytes from there. */
  read(into: Uint8Array<ArrayBuffer>, from: bigint): void;
  /** Zeros. */
  clear(address: bigint, bytes: number): void;
  /** Copies within it. */
  copy(to: bigint, from: bigint, bytes: number): void;
}

const SYMBOLS = {
  cudaSetDevice: { parameters: ["i32"], result: "i32" },
  cudaMalloc: { parameters: ["buffer", "usize"], result: "i32" },
  cudaFree: { parameters: ["u64"], result: "i32" },
  cudaMemset: { parameters: ["u64", "i32", "usize"], result: "i32" },
  cudaMemcpy: { parameters: ["u64", "u64", "usize", "i32"], result: "i32" },
  cudaDeviceSynchronize: { parameters: [], result: "i32" },
  cudaMemGetInfo: { parameters: ["buffer", "buffer"], result: "i32" },
  cudaGetErrorString: { parameters: ["i32"], result: "pointer" },
} as const;

/** cudaMemcpyKind */
const TO_DEVICE = 1, TO_HOST = 2, WITHIN = 3;

/** The memory of one GPU. */
export class CudaMemory implements Memory {
  readonly #cuda: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

  /**
   * Takes the GPU.
   *
   * @param library path or name of libcudart
   * @param gpu its number
   * @throws an error in CUDA's words, where there is no such GPU
   */
  constructor(library: string, gpu: number) {
    this.#cuda = Deno.dlopen(library, SYMBOLS).symbols;
    this.#check(`GPU ${gpu}`, this.#cuda.cudaSetDevice(gpu));
  }

  /** See {@linkcode Memory.allocate}. */
  allocate(bytes: number): bigint {
    const out = new BigUint64Array(1), size = BigInt(Math.max(bytes, 1));
    this.#check(`${bytes} bytes`, this.#cuda.cudaMalloc(out, size));
    this.clear(out[0], Number(size));
    return out[0];
  }

  /** See {@linkcode Memory.clear}. */
  clear(address: bigint, bytes: number): void {
    this.#check("clearing memory", this.#cuda.cudaMemset(address, 0, BigInt(bytes)));
    this.#synchronize();
  }

  /** See {@linkcode Memory.free}. */
  free(address: bigint): void {
    this.#check("freeing memory", this.#cuda.cudaFree(address));
  }

  /**
   * See {@linkcode Memory.write}. When cudaMemcpy returns, bytes of pageable memory may still be on their way, and ONNX
   * Runtime's stream waits for no other.
   */
  write(to: bigint, from: Uint8Array<ArrayBuffer>): void {
    this.#copy(to, addressOf(from), from.length, TO_DEVICE);
    this.#synchronize();
  }

  /** See {@linkcode Memory.read}. */
  read(into: Uint8Array<ArrayBuffer>, from: bigint): void {
    this.#copy(addressOf(into), from, into.length, TO_HOST);
  }

  /** See {@linkcode Memory.copy}. A copy within a GPU is only begun when the function returns. */
  copy(to: bigint, from: bigint, bytes: number): void {
    this.#copy(to, from, bytes, WITHIN);
    this.#synchronize();
  }

  /** Bytes of the GPU's memory: free, and in all. */
  info(): { free: number; total: number } {
    const free = new BigUint64Array(1), total = new BigUint64Array(1);
    this.#check("asking for memory", this.#cuda.cudaMemGetInfo(free, total));
    return { free: Number(free[0]), total: Number(total[0]) };
  }

  #copy(to: bigint, from: bigint, bytes: number, kind: number): void {
    if (bytes === 0) return;
    this.#check(`copying ${bytes} bytes`, this.#cuda.cudaMemcpy(to, from, BigInt(bytes), kind));
  }

  #synchronize(): void {
    this.#check("waiting for the GPU", this.#cuda.cudaDeviceSynchronize());
  }

  #check(what: string, code: number): void {
    if (code === 0) return;
    const text = new Deno.UnsafePointerView(this.#cuda.cudaGetErrorString(code)!).getCString();
    throw new Error(`CUDA, ${what}: ${text} (${code})`);
  }
}

function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  return bytes.length === 0 ? 0n : Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}
