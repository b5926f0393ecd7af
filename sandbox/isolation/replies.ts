/** Answers from inside the sandbox: a letter, a length (32 bits, big endian), bytes. */

/** One answer. */
export interface Reply {
  /** A letter. */
  kind: string;
  /** Valid until the next answer is asked for. */
  content: Uint8Array;
}

const HEAD = 5;
const LONGEST = 1 << 28;

/** Cuts a stream into answers. */
export class Replies {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #bytes = new Uint8Array(0);

  /** Takes the stream over. */
  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /**
   * The next answer; null at the end of the stream.
   *
   * @throws an Error when the length cannot be one
   */
  async next(): Promise<Reply | null> {
    const head = await this.#take(HEAD);
    if (head === null) return null;
    const length = new DataView(head.buffer, head.byteOffset).getUint32(1);
    if (length > LONGEST) throw new Error(`Cannot read an answer of ${length} bytes`);
    const kind = String.fromCharCode(head[0]);
    const content = await this.#take(length);
    return content && { kind, content };
  }

  /** Reads to the end and forgets it. */
  async drain(): Promise<void> {
    while (!(await this.#reader.read()).done);
  }

  async #take(length: number): Promise<Uint8Array | null> {
    if (this.#bytes.length < length) {
      const parts = [this.#bytes];
      let have = this.#bytes.length;
      while (have < length) {
        const { value, done } = await this.#reader.read();
        if (done) return null;
        parts.push(value as Uint8Array<ArrayBuffer>);
        have += value.length;
      }
      this.#bytes = new Uint8Array(have);
      let at = 0;
      for (const part of parts) {
        this.#bytes.set(part, at);
        at += part.length;
      }
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}
