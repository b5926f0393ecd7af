/**
 * Reads the one kind of pickle that test files hold: strings, and a dictionary of strings.
 *
 * Pickle is a program for a machine that can call anything. The opcodes that build strings are a dozen; whatever else
 * stands in a file, such as `GLOBAL` or `REDUCE`, is refused before anything is done with it.
 */

/** What such a file holds. */
export type Pickled = string | Record<string, string>;

/**
 * The string, or the dictionary of strings, of a pickle.
 *
 * @throws {Error} that names the opcode and the byte where the file holds anything else
 */
export function readPickle(bytes: Uint8Array): Pickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const stack: (Pickled | typeof MARK)[] = [], memo = new Map<number, Pickled>();
  let at = 0;

  const take = (count: number): number => {
    if (!(count >= 0 && at + count <= bytes.length)) throw fault(at, "it ends in the middle");
    const start = at;
    at += count;
    return start;
  };
  const string = (length: number): void => {
    const start = take(length);
    stack.push(text.decode(bytes.subarray(start, start + length)));
  };
  const top = (): Pickled => {
    const value = stack.at(-1);
    if (value === undefined || value === MARK) throw fault(at, "it takes what was never put");
    return value;
  };
  const get = (index: number): void => {
    const value = memo.get(index);
    if (value === undefined) throw fault(at, "it takes what was never put");
    stack.push(value);
  };
  const fill = (target: unknown, pairs: unknown[]): void => {
    const strings = pairs.every((item) => typeof item === "string");
    if (typeof target !== "object" || target === null || pairs.length % 2 !== 0 || !strings) {
      throw fault(at, "it holds something else than strings");
    }
    for (let i = 0; i < pairs.length; i += 2) {
      const [key, value] = [pairs[i], pairs[i + 1]] as string[];
      Object.defineProperty(target, key, { value, enumerable: true, configurable: true });
    }
  };

  while (true) {
    const code = bytes[take(1)];
    switch (code) {
      case 0x80: // PROTO
        if (bytes[take(1)] > 5) throw fault(at, "its protocol is newer than 5");
        break;
      case 0x95: // FRAME
        take(8);
        break;
      case 0x8c: // SHORT_BINUNICODE
        string(bytes[take(1)]);
        break;
      case 0x58: // BINUNICODE
        string(view.getUint32(take(4), true));
        break;
      case 0x8d: // BINUNICODE8
        string(Number(view.getBigUint64(take(8), true)));
        break;
      case 0x94: // MEMOIZE
        memo.set(memo.size, top());
        break;
      case 0x71: // BINPUT
        memo.set(bytes[take(1)], top());
        break;
      case 0x72: // LONG_BINPUT
        memo.set(view.getUint32(take(4), true), top());
        break;
      case 0x68: // BINGET
        get(bytes[take(1)]);
        break;
      case 0x6a: // LONG_BINGET
        get(view.getUint32(take(4), true));
        break;
      case 0x7d: // EMPTY_DICT
        stack.push({});
        break;
      case 0x28: // MARK
        stack.push(MARK);
        break;
      case 0x73: { // SETITEM
        const pair = stack.splice(-2);
        fill(stack.at(-1), pair);
        break;
      }
      case 0x75: { // SETITEMS
        const mark = stack.lastIndexOf(MARK);
        if (mark < 1) throw fault(at, "it takes what was never put");
        const pairs = stack.splice(mark).slice(1);
        fill(stack.at(-1), pairs);
        break;
      }
      case 0x2e: // STOP
        return top();
      default:
        throw fault(at - 1, `opcode 0x${code.toString(16).padStart(2, "0")} may build anything`);
    }
  }
}

const MARK = Symbol("mark");

function fault(at: number, why: string): Error {
  return new Error(
    `Cannot read the pickle: at byte ${at}, ${why}; only strings and dictionaries of strings are read`,
  );
}
