/** The smallest file that says which libraries it needs. */

/** A shared library without code: a header, two segments, a dynamic section, its names. */
export function elf(needed: readonly string[]): Uint8Array<ArrayBuffer> {
  const names = new TextEncoder().encode("\0" + needed.map((name) => name + "\0").join(""));
  const dynamic = 64 + 2 * 56, table = dynamic + 16 * (needed.length + 2);
  const bytes = new Uint8Array(table + names.length), view = new DataView(bytes.buffer);
  const word = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  word(32, 64);
  view.setUint16(54, 56, true);
  view.setUint16(56, 2, true);
  const segment = (at: number, type: number, offset: number, length: number) => {
    view.setUint32(at, type, true);
    word(at + 8, offset);
    word(at + 16, offset);
    word(at + 32, length);
  };
  segment(64, 1, 0, bytes.length);
  segment(64 + 56, 2, dynamic, table - dynamic);
  let name = 1;
  needed.forEach((text, i) => {
    word(dynamic + 16 * i, 1);
    word(dynamic + 16 * i + 8, name);
    name += text.length + 1;
  });
  word(dynamic + 16 * needed.length, 5);
  word(dynamic + 16 * needed.length + 8, table);
  bytes.set(names, table);
  return bytes;
}
