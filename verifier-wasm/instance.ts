/**
 * The WebAssembly instance: made on the first call, replaced when a call traps. The boundary is
 * raw (UTF-8 in, JSON out), so nothing but `rustc` is needed to build `verifier.wasm`.
 */

/** What `src/exports.rs` exports. Functions return the length of the JSON at `output()`. */
interface Exports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  input(length: number): number;
  output(): number;
  verify(gold: number, answer: number, steps: number): number;
  verify_choice(gold: number, answer: number): number;
  extract(length: number): number;
  parse(length: number, steps: number): number;
}

/** UTF-16 units of input that are passed on; beyond, nothing is called. */
const LONGEST = 1 << 23;
/** Bytes of memory that an instance may keep between calls: memory never shrinks. */
const KEPT_MEMORY = 1 << 26;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let compiled: WebAssembly.Module | undefined;
let current: Exports | undefined;
/** All of the memory of `current`; growing detaches it. Making one for each call costs more than a call. */
let bytes: Uint8Array = new Uint8Array();

function instance(): Exports {
  compiled ??= new WebAssembly.Module(
    Deno.readFileSync(new URL("./verifier.wasm", import.meta.url)),
  );
  current ??= new WebAssembly.Instance(compiled).exports as Exports;
  return current;
}

/** The bytes from `start` to `end` of an instance's memory. */
function view(exports: Exports, start: number, end: number): Uint8Array {
  if (bytes.buffer !== exports.memory.buffer) bytes = new Uint8Array(exports.memory.buffer);
  return bytes.subarray(start, end);
}

/**
 * Writes `texts` one behind the other, calls, and reads the JSON that came of it. Lone surrogates
 * become U+FFFD. A trap leaves an instance in an unknown state, so the next call gets a new one.
 *
 * @returns the parsed JSON, or a sentence saying why there is none
 */
export function call(
  texts: readonly string[],
  run: (exports: Exports, lengths: number[]) => number,
): { result: unknown } | { failure: string } {
  let units = 0;
  for (const text of texts) units += text.length;
  if (units > LONGEST) return { failure: `the input has more than ${LONGEST} characters` };
  const exports = instance();
  try {
    const address = exports.input(3 * units);
    const lengths = [];
    let end = address;
    for (const text of texts) {
      const room = view(exports, end, address + 3 * units);
      const { written } = encoder.encodeInto(text, room);
      lengths.push(written);
      end += written;
    }
    const length = run(exports, lengths);
    const output = exports.output();
    return { result: JSON.parse(decoder.decode(view(exports, output, output + length))) };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    current = undefined;
    return { failure: `the verifier stopped: ${error.message}` };
  } finally {
    if (exports.memory.buffer.byteLength > KEPT_MEMORY) current = undefined;
  }
}
