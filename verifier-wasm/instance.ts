/**
 * The WebAssembly instance: made on the first call, replaced when a call traps. The boundary is raw (UTF-8 in, a
 * record of numbers and one text out), so nothing but `rustc` is needed to build `verifier.wasm`.
 */

/** What `src/exports.rs` exports. Functions return the address of a record. */
interface Exports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  room(which: number, length: number): number;
  verify(gold: number, answer: number, steps: number): number;
  verify_choice(gold: number, answer: number): number;
  extract(length: number): number;
  parse(length: number, steps: number): number;
}

/** What a call found: a code, and texts. */
export interface Found {
  code: number;
  texts: (string | null)[];
}

/** UTF-16 units of input that are passed on; beyond, nothing is called. */
const LONGEST = 1 << 23;
/** Bytes of memory that an instance may keep between calls: memory never shrinks. */
const KEPT_MEMORY = 1 << 26;
/** Bytes of a room at first: most responses fit. */
const ROOM = 1 << 14;
/** Where a record, of a code and the lengths of four texts, says where these are and how many bytes they take. */
const TEXT = 5;
/** The length of a text that there is not. */
const NONE = 0xffff_ffff;

const encoder = new TextEncoder();
// What an answer begins with is part of it.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
let compiled: WebAssembly.Module | undefined;
let current: Instance | undefined;

/** An instance with views of its memory: to make them for each call costs more than many a call. Growing detaches them. */
class Instance {
  readonly exports: Exports;
  readonly #rooms: Uint8Array[] = [new Uint8Array(), new Uint8Array()];
  #record: Uint32Array = new Uint32Array();
  #all: Uint8Array = new Uint8Array();

  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module).exports as Exports;
  }

  /** Writes a text into a room, and returns how many bytes it takes. */
  write(which: number, text: string): number {
    if (text === "") return 0;
    const most = 3 * text.length;
    if (this.#rooms[which].length < most) {
      const length = Math.max(ROOM, most);
      const address = this.exports.room(which, length);
      this.#rooms[which] = new Uint8Array(this.exports.memory.buffer, address, length);
    }
    return encoder.encodeInto(text, this.#rooms[which]).written;
  }

  read(address: number): Found {
    const { buffer } = this.exports.memory;
    if (this.#record.buffer !== buffer || this.#record.byteOffset !== address) {
      this.#record = new Uint32Array(buffer, address, TEXT + 2);
      this.#all = new Uint8Array(buffer);
    }
    const record = this.#record;
    const [start, bytes] = [record[TEXT], record[TEXT + 1]];
    const all = decoder.decode(this.#all.subarray(start, start + bytes));
    const texts: (string | null)[] = [];
    for (let i = 1, end = 0; i < TEXT; i++) {
      texts.push(record[i] === NONE ? null : all.slice(end, end += record[i]));
    }
    return { code: record[0], texts };
  }
}

/**
 * Writes one or two texts, calls, and reads what came of it. Lone surrogates become U+FFFD. A trap leaves an instance
 * in an unknown state, so the next call gets a new one.
 *
 * @returns what was found, or a sentence saying why nothing was
 */
export function call(
  texts: readonly string[],
  run: (exports: Exports, lengths: number[]) => number,
): Found | { failure: string } {
  let units = 0;
  for (const text of texts) units += text.length;
  if (units > LONGEST) return { failure: `the input has more than ${LONGEST} characters` };
  compiled ??= new WebAssembly.Module(
    Deno.readFileSync(new URL("./verifier.wasm", import.meta.url)),
  );
  const instance = current ??= new Instance(compiled);
  try {
    const lengths = texts.map((text, which) => instance.write(which, text));
    return instance.read(run(instance.exports, lengths));
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    current = undefined;
    return { failure: `the verifier stopped: ${error.message}` };
  } finally {
    if (instance.exports.memory.buffer.byteLength > KEPT_MEMORY) current = undefined;
  }
}
