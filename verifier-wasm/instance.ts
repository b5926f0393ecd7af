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

function instance(): Exports {
  compiled ??= new WebAssembly.Module(
    Deno.readFileSync(new URL("./verifier.wasm", import.meta.url)),
  );
  current ??= new WebAssembly.Instance(compiled).exports as Exports;
  return current;
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
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  if (units > LONGEST) return { failure: `the input has more than ${LONGEST} characters` };
  const exports = instance();
  try {
    const address = exports.input(3 * units);
    const room = new Uint8Array(exports.memory.buffer, address, 3 * units);
    let used = 0;
    const lengths = texts.map((text) => {
      const { written } = encoder.encodeInto(text, room.subarray(used));
      used += written;
      return written;
    });
    const length = run(exports, lengths);
    const bytes = new Uint8Array(exports.memory.buffer, exports.output(), length);
    return { result: JSON.parse(decoder.decode(bytes)) };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    current = undefined;
    return { failure: `the verifier stopped: ${error.message}` };
  } finally {
    if (exports.memory.buffer.byteLength > KEPT_MEMORY) current = undefined;
  }
}
