/** What a shared library says of itself (ELF, 64 bit, little-endian): its own name, and the libraries that it needs. */

/** From the dynamic section. */
export interface ElfNames {
  /** DT_SONAME: the name by which others need it. */
  soname?: string;
  /** DT_NEEDED, in order. */
  needed: string[];
}

const PT_LOAD = 1, PT_DYNAMIC = 2;
const DT_NEEDED = 1n, DT_STRTAB = 5n, DT_SONAME = 14n;

/**
 * Reads a library's names.
 *
 * @throws an error that names the file, where it is no such library
 */
export function elfNames(path: string): ElfNames {
  using file = Deno.openSync(path);
  const at = (offset: number, length: number): DataView => {
    const bytes = new Uint8Array(length);
    file.seekSync(offset, Deno.SeekMode.Start);
    for (let n = 0; n < length;) {
      const read = file.readSync(bytes.subarray(n));
      if (read === null) throw new Error(`${path} ends too early for a shared library`);
      n += read;
    }
    return new DataView(bytes.buffer);
  };
  const head = at(0, 64);
  // 0x7f "ELF", 64 bit, little-endian.
  if (head.getUint32(0) !== 0x7f454c46 || head.getUint16(4) !== 0x0201) {
    throw new Error(`${path} is no shared library for 64-bit Linux`);
  }
  const start = Number(head.getBigUint64(32, true));
  const size = head.getUint16(54, true), count = head.getUint16(56, true);
  const segments = Array.from({ length: count }, (_, i) => {
    const view = at(start + i * size, 56);
    const field = (offset: number) => Number(view.getBigUint64(offset, true));
    return {
      type: view.getUint32(0, true),
      offset: field(8),
      address: field(16),
      length: field(32),
    };
  });
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return { needed: [] };
  const entries = at(dynamic.offset, dynamic.length), values: [bigint, number][] = [];
  for (let i = 0; i + 16 <= dynamic.length; i += 16) {
    const tag = entries.getBigInt64(i, true);
    if (tag === 0n) break;
    values.push([tag, Number(entries.getBigUint64(i + 8, true))]);
  }
  const table = values.find(([tag]) => tag === DT_STRTAB)?.[1] ?? 0;
  const home = segments.find(({ type, address, length }) =>
    type === PT_LOAD && address <= table && table < address + length
  );
  if (!home) throw new Error(`${path} has no table of names`);
  const name = (offset: number): string => {
    let text = "";
    for (let from = home.offset + table - home.address + offset;; from++) {
      const byte = at(from, 1).getUint8(0);
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
  };
  const named = (wanted: bigint) =>
    values.filter(([tag]) => tag === wanted).map(([, offset]) => name(offset));
  return { soname: named(DT_SONAME)[0], needed: named(DT_NEEDED) };
}
