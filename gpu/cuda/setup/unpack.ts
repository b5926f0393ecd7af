/** Fetching a wheel, and taking the shared libraries out of it: a wheel is a zip file. */

import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Wheel } from "./python_index.ts";

/**
 * Fetches a wheel into a file.
 *
 * @throws an error where its bytes are not those that the index speaks of; the file is gone then
 */
export async function download(wheel: Wheel, path: string): Promise<void> {
  const response = await fetch(wheel.url);
  if (!response.ok || !response.body) {
    throw new Error(`${wheel.url} answered HTTP ${response.status}`);
  }
  try {
    using file = await Deno.open(path, { write: true, create: true, truncate: true });
    const hash = createHash("sha256");
    for await (const part of response.body) {
      hash.update(part);
      for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
    }
    const found = hash.digest("hex");
    if (found !== wheel.sha256) {
      throw new Error(
        `${wheel.url} is not what the index speaks of: its sha256 is ${found}, not ${wheel.sha256}`,
      );
    }
  } catch (error) {
    await Deno.remove(path).catch(() => {});
    throw error;
  }
}

/** Where wheels keep their libraries. Nothing else is unpacked, and nothing anywhere else. */
const LIBRARY =
  /^(onnxruntime\/capi|nvidia\/\w+\/lib|mpich-[\d.]+\.data\/data\/lib(\/mpich(\/\w+)?)?)\/lib[\w.+-]+\.so[\w.]*$/;
const END = 0x06054b50, ENTRY = 0x02014b50, LOCAL = 0x04034b50;
const STORED = 0, DEFLATED = 8;

/**
 * Unpacks a wheel's shared libraries, each whole or not at all.
 *
 * @returns their paths in the wheel, which are those below `folder` too
 */
export async function unpackLibraries(path: string, folder: string): Promise<string[]> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const at = async (offset: number, length: number): Promise<DataView> => {
    const bytes = new Uint8Array(length);
    await file.seek(offset, Deno.SeekMode.Start);
    for (let n = 0; n < length;) {
      const read = await file.read(bytes.subarray(n));
      if (read === null) throw broken(path);
      n += read;
    }
    return new DataView(bytes.buffer);
  };
  // The end's record is followed by a comment of at most 65,535 bytes.
  const from = Math.max(0, size - 65_557), tail = await at(from, size - from);
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) throw broken(path);
  const directory = await at(tail.getUint32(end + 16, true), tail.getUint32(end + 12, true));
  const unpacked: string[] = [];
  for (let entry = 0; entry < directory.byteLength;) {
    if (directory.getUint32(entry, true) !== ENTRY) throw broken(path);
    const [nameLength, extra, comment] = [28, 30, 32].map((i) =>
      directory.getUint16(entry + i, true)
    );
    const name = new TextDecoder().decode(
      new Uint8Array(directory.buffer, entry + 46, nameLength),
    );
    if (LIBRARY.test(name)) {
      const offset = directory.getUint32(entry + 42, true), local = await at(offset, 30);
      if (local.getUint32(0, true) !== LOCAL) throw broken(path);
      await extract(path, join(folder, name), {
        method: directory.getUint16(entry + 10, true),
        start: offset + 30 + local.getUint16(26, true) + local.getUint16(28, true),
        packed: directory.getUint32(entry + 20, true),
        size: directory.getUint32(entry + 24, true),
      });
      unpacked.push(name);
    }
    entry += 46 + nameLength + extra + comment;
  }
  return unpacked;
}

async function extract(
  from: string,
  to: string,
  { method, start, packed, size }: Record<"method" | "start" | "packed" | "size", number>,
): Promise<void> {
  if (method !== STORED && method !== DEFLATED) throw broken(from);
  const source = await Deno.open(from);
  await source.seek(start, Deno.SeekMode.Start);
  let left = packed;
  const cut = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(part, controller) {
      const piece = part.subarray(0, left);
      left -= piece.length;
      if (piece.length > 0) controller.enqueue(piece);
      if (left === 0) controller.terminate();
    },
  });
  const raw = source.readable.pipeThrough(cut);
  const plain = method === STORED ? raw : raw.pipeThrough(new DecompressionStream("deflate-raw"));
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.writeFile(`${to}.part`, plain);
  if ((await Deno.stat(`${to}.part`)).size !== size) throw broken(from);
  await Deno.rename(`${to}.part`, to);
}

const broken = (path: string) => new Error(`${path} is not a whole wheel`);
