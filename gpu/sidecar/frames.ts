/** Frames over a stream of bytes; see `protocol.ts`. */

import { MAX_BODY, MAX_HEADER } from "./protocol.ts";

/** A message. */
export interface Frame<Header = unknown> {
  header: Header;
  body: Uint8Array<ArrayBuffer>;
}

/** What frames are read from. */
export interface Source {
  read(into: Uint8Array): Promise<number | null>;
}

/** What frames are written to. */
export interface Sink {
  write(bytes: Uint8Array): Promise<number>;
}

/** A stream that does not hold frames: another program is talking. */
export class FrameError extends Error {
  override name = "FrameError";
}

const PREFIX = 8;
const BUFFER = 1 << 16;

/** The bytes of a frame, in pieces; the body's are not copied. */
export function frame(header: unknown, body: readonly Uint8Array[] = []): Uint8Array[] {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = body.reduce((sum, part) => sum + part.length, 0);
  if (text.length > MAX_HEADER || length > MAX_BODY) {
    throw new FrameError(
      `A message of ${text.length} + ${length} bytes is too large for a sidecar (at most ${MAX_HEADER} + ${MAX_BODY})`,
    );
  }
  const head = new Uint8Array(PREFIX + text.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, text.length, true);
  view.setUint32(4, length, true);
  head.set(text, PREFIX);
  return [head, ...body];
}

/** Reads frames. */
export class FrameReader {
  readonly #buffer = new Uint8Array(BUFFER);
  #start = 0;
  #end = 0;

  /** @param source not to be read by anyone else */
  constructor(readonly source: Source) {}

  /**
   * The next frame, or null where the stream ends between two.
   *
   * @param limit the most bytes of header and of body
   * @throws {FrameError} where the stream ends inside one, or holds something else
   */
  async next<Header>(
    limit = { header: MAX_HEADER, body: MAX_BODY },
  ): Promise<Frame<Header> | null> {
    if (this.#start === this.#end && !await this.#fill()) return null;
    const prefix = await this.#take(PREFIX);
    const view = new DataView(prefix.buffer);
    const length = view.getUint32(0, true), bytes = view.getUint32(4, true);
    if (length > limit.header || bytes > limit.body) {
      throw new FrameError(
        `A frame claims ${length} + ${bytes} bytes: this is not Emend's protocol`,
      );
    }
    const text = new TextDecoder().decode(await this.#take(length));
    const body = await this.#take(bytes);
    try {
      return { header: JSON.parse(text), body };
    } catch {
      throw new FrameError("A frame's header is not JSON: this is not Emend's protocol");
    }
  }

  /** Exactly `length` bytes, in memory of their own. */
  async #take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const there = this.#buffer.subarray(
        this.#start,
        Math.min(this.#end, this.#start + length - at),
      );
      if (there.length > 0) {
        bytes.set(there, at);
        at += there.length;
        this.#start += there.length;
      } else if (length - at >= BUFFER) {
        const n = await this.source.read(bytes.subarray(at));
        if (n === null) throw cut();
        at += n;
      } else if (!await this.#fill()) throw cut();
    }
    return bytes;
  }

  /** Reads what there is into the empty buffer; false at the end. */
  async #fill(): Promise<boolean> {
    const n = await this.source.read(this.#buffer);
    this.#start = 0;
    this.#end = n ?? 0;
    return n !== null;
  }
}

const cut = () => new FrameError("The stream ended inside a frame");

/** Writes pieces in order, small ones together. */
export class FrameWriter {
  #pending: Uint8Array[] = [];
  #writing: Promise<void> | undefined;

  /** @param failed told of the first write that fails; nothing is written after it */
  constructor(readonly sink: Sink, readonly failed: (error: unknown) => void) {}

  /** Queues pieces; their memory must stay as it is until {@linkcode drained}. */
  write(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.#pending.push(piece);
    this.#writing ??= this.#flush();
  }

  /** Resolves when everything queued so far has been handed on. */
  drained(): Promise<void> {
    return this.#writing ?? Promise.resolve();
  }

  async #flush(): Promise<void> {
    try {
      await Promise.resolve(); // What the caller queues in the same turn goes out together.
      while (this.#pending.length > 0) {
        const pieces = this.#pending;
        this.#pending = [];
        for (const bytes of together(pieces)) {
          for (let at = 0; at < bytes.length;) at += await this.sink.write(bytes.subarray(at));
        }
      }
      this.#writing = undefined;
    } catch (error) {
      // `#writing` stays: nothing more is written.
      this.#pending = [];
      this.failed(error);
    }
  }
}

/** Small pieces joined, large ones as they are. */
function* together(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (let from = 0; from < pieces.length;) {
    let to = from, length = 0;
    while (to < pieces.length && length + pieces[to].length <= BUFFER) {
      length += pieces[to++].length;
    }
    if (to - from < 2) {
      yield pieces[from++];
      continue;
    }
    const joined = new Uint8Array(length);
    let at = 0;
    for (; from < to; from++) {
      joined.set(pieces[from], at);
      at += pieces[from].length;
    }
    yield joined;
  }
}
