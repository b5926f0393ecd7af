/**
 * Tensors in a file: Hugging Face's safetensors, float32, bfloat16 and float16 in, float32 out.
 *
 * A file may come from anywhere, so its header is checked before it is believed: its size, every range and every shape.
 */

import { z } from "zod";
import type { DeviceArray } from "../device.ts";
import { ShardedArray } from "../group/device_group.ts";
import { HostArray } from "../native_array.ts";

/** A header of 100 MB is what the reference implementation refuses too. */
const MAX_HEADER = 100_000_000;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

/** A tensor in memory. */
export interface NamedArray {
  /** The elements, in row-major order, or what reads them. */
  data: Float32Array | DeviceArray | Pick<DeviceArray, "read">;
  /** Sizes; their product is `data.length`. */
  shape: readonly number[];
}

/** A tensor in a file. */
export interface Entry {
  /** Element type by safetensors' name, such as `BF16`. */
  dtype: string;
  /** Sizes. */
  shape: number[];
  /** First byte, from the start of the file. */
  start: number;
  /** One past the last byte. */
  end: number;
}

const BYTES: Record<string, number> = { F32: 4, BF16: 2, F16: 2 };

/** An open safetensors file. */
export class SafetensorsFile implements Disposable {
  /** Tensors by name. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly #file: Deno.FsFile;

  /**
   * Opens a file and reads its header.
   *
   * @throws an error that names the file and what is wrong with it
   */
  constructor(readonly path: string) {
    this.#file = Deno.openSync(path);
    try {
      this.entries = readHeader(this.#file, path);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** Reads a tensor into an array of its size, as float32. */
  read(name: string, into: Float32Array<ArrayBuffer>): void {
    const entry = this.entries.get(name);
    if (!entry) throw new Error(`${this.path} has no tensor "${name}"`);
    const width = BYTES[entry.dtype];
    if (!width) {
      throw new Error(
        `Cannot read "${name}" in ${this.path}: its type is ${entry.dtype}; supported: F32, BF16, F16`,
      );
    }
    const elements = (entry.end - entry.start) / width;
    if (elements !== into.length) {
      throw new Error(
        `Cannot read "${name}" in ${this.path}: it has ${elements} elements [${entry.shape}], not ${into.length}`,
      );
    }
    const bytes = width === 4
      ? new Uint8Array(into.buffer, into.byteOffset, into.byteLength)
      : new Uint8Array(entry.end - entry.start);
    this.#file.seekSync(entry.start, Deno.SeekMode.Start);
    readFully(this.#file, bytes, this.path);
    if (width === 4) return;
    const halves = new Uint16Array(bytes.buffer);
    if (entry.dtype === "BF16") {
      const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
      for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
    } else {
      into.set(new Float16Array(bytes.buffer));
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function readFully(file: Deno.FsFile, bytes: Uint8Array, path: string): void {
  for (let at = 0; at < bytes.length;) {
    // One read call moves at most 2 GiB on Linux.
    const n = file.readSync(bytes.subarray(at, at + (1 << 30)));
    if (n === null) {
      throw new Error(`${path} ends too early: it is truncated. Fetch or save it again`);
    }
    at += n;
  }
}

function readHeader(file: Deno.FsFile, path: string): Map<string, Entry> {
  const refuse = (why: string): never => {
    throw new Error(`${path} is not a whole safetensors file: ${why}. Fetch or save it again`);
  };
  const { size } = file.statSync();
  if (size < 8) refuse(`it has ${size} bytes`);
  const prefix = new Uint8Array(8);
  readFully(file, prefix, path);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > size) {
    refuse(`its header claims ${length} bytes of ${size}`);
  }
  const text = new Uint8Array(length);
  readFully(file, text, path);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(text));
  } catch {
    refuse("its header is not JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    refuse("its header is not a JSON object");
  }
  const entries = new Map<string, Entry>();
  for (const [name, value] of Object.entries(json as Record<string, unknown>)) {
    if (name === "__metadata__") continue;
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success) return refuse(`the entry of "${name}" is malformed`);
    const { dtype, shape, data_offsets: [from, to] } = parsed.data;
    const start = 8 + length + from, end = 8 + length + to;
    if (from > to || end > size) refuse(`"${name}" lies outside of it`);
    const width = BYTES[dtype];
    if (width && shape.reduce((product, n) => product * n, width) !== to - from) {
      refuse(`"${name}" has ${to - from} bytes for ${dtype} [${shape}]`);
    }
    entries.set(name, { dtype, shape, start, end });
  }
  // Side by side, from the header to the end: the reference implementation takes nothing else either.
  let end = 8 + length;
  const inOrder = [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  for (const [name, entry] of inOrder) {
    if (entry.start !== end) refuse(`"${name}" does not begin where the tensor before it ends`);
    end = entry.end;
  }
  if (end !== size) refuse(`its tensors end at byte ${end} of ${size}`);
  return entries;
}

/** Elements that are read at a time from a device. */
const PIECE = 1 << 21;

/**
 * The elements, to be looked at and let go. What lies in this process is not copied, and the rest in pieces: copies of
 * whole tensors would wait for the garbage collector by the gigabyte.
 */
async function* elementsOf(data: NamedArray["data"]): AsyncIterable<Float32Array> {
  if (data instanceof Float32Array) yield data;
  else if (data instanceof ShardedArray) {
    for (const shard of data.shards) {
      yield* elementsOf(shard);
    }
  } else if (data instanceof HostArray) yield data.elements;
  else if (!("subarray" in data)) yield await data.read();
  else {
    for (let at = 0; at < data.length; at += PIECE) {
      yield await data.subarray(at, Math.min(at + PIECE, data.length)).read();
    }
  }
}

/** Writes tensors as float32, and flushes them to the disk. What is to be read is, once, when its turn comes. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, NamedArray>,
): Promise<void> {
  const header = new Map<string, unknown>([["__metadata__", { format: "pt" }]]);
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const end = offset + shape.reduce((product, n) => product * n, 4);
    header.set(name, { dtype: "F32", shape, data_offsets: [offset, end] });
    offset = end;
  }
  // A name may be anything, even "__proto__", which plain assignment to an object would lose.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(" ".charCodeAt(0));
  padded.set(json);
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(padded.length), true);
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  const write = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at, at + (1 << 30)));
  };
  write(prefix);
  write(padded);
  for (const { data } of tensors.values()) {
    for await (const { buffer, byteOffset, byteLength } of elementsOf(data)) {
      write(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
  file.syncDataSync();
}
