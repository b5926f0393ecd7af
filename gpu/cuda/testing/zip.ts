/** Zip files for tests: every other file deflated, the rest stored. */

/** The bytes of a zip file. Checksums are left at zero: a wheel's own is checked. */
export async function zip(
  files: Record<string, Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [], directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0, number = 0;
  for (const [path, bytes] of Object.entries(files)) {
    const name = new TextEncoder().encode(path);
    const deflated = number++ % 2 === 0;
    const packed = deflated ? await deflate(bytes) : bytes;
    const fields = record(26, [[4, deflated ? 8 : 0, 2], [14, packed.length, 4], [
      18,
      bytes.length,
      4,
    ], [
      22,
      name.length,
      2,
    ]]);
    const local = [record(4, [[0, 0x04034b50, 4]]), fields, name, packed];
    directory.push(
      record(6, [[0, 0x02014b50, 4]]),
      fields,
      record(14, [[10, offset, 4]]),
      name,
    );
    parts.push(...local);
    offset += length(local);
  }
  const end = record(22, [[0, 0x06054b50, 4], [12, length(directory), 4], [16, offset, 4]]);
  return new Uint8Array(await new Blob([...parts, ...directory, end]).arrayBuffer());
}

function record(size: number, values: [at: number, value: number, bytes: number][]) {
  const view = new DataView(new ArrayBuffer(size));
  for (const [at, value, bytes] of values) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  }
  return new Uint8Array(view.buffer);
}

const length = (parts: Uint8Array[]) => parts.reduce((sum, part) => sum + part.length, 0);

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
