/** A client's end of the line to a sidecar. */

import { DeviceLost } from "../device.ts";
import { OrtError } from "../ort/mod.ts";
import { type Frame, frame, FrameError, FrameReader, FrameWriter } from "./frames.ts";
import {
  type Answer,
  EMEND,
  type Hello,
  mismatch,
  PROTOCOL,
  type Request,
  TAKEN,
  type Welcome,
} from "./protocol.ts";

/** What a connection is made over. */
export interface Line {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** Nobody took the line up who could serve it: a sidecar that is just ending, perhaps. */
export class Unanswered extends Error {
  override name = "Unanswered";
}

interface Waiting {
  resolve(answer: Frame<Answer>): void;
  reject(error: Error): void;
}

/** Requests out, answers in, both in order. */
export class Connection implements Disposable {
  readonly #writer: FrameWriter;
  readonly #waiting: Waiting[] = [];
  /** Why nothing can be asked any more. */
  #over: Error | undefined;
  #losing = false;
  readonly #lost = Promise.withResolvers<Error>();

  private constructor(
    readonly line: Line,
    /** What the sidecar said of itself. */
    readonly welcome: Welcome,
    reader: FrameReader,
    readonly name: string,
    readonly explain: () => Promise<string | undefined>,
  ) {
    this.#writer = new FrameWriter(line, (error) => this.#lose(error));
    this.#receive(reader);
  }

  /**
   * Introduces the two ends to each other.
   *
   * @param name the sidecar, as errors call it
   * @param options.explain asked why, when the line breaks
   * @throws {Unanswered} where the line breaks, or the sidecar is taken; an error with both versions, where they differ
   */
  static async over(
    line: Line,
    name: string,
    options: { token?: string; explain?: () => Promise<string | undefined> } = {},
  ): Promise<Connection> {
    const { token, explain = () => Promise.resolve(undefined) } = options;
    const mine = { protocol: PROTOCOL, emend: EMEND };
    const hello: Hello = { op: "hello", ...mine, token };
    try {
      const reader = new FrameReader(line);
      const said = async () => {
        for (const piece of frame(hello)) await line.write(piece);
        return await reader.next<Answer & Welcome>({ header: 1 << 16, body: 0 });
      };
      const answer = await said().catch((cause) => {
        if (cause instanceof FrameError) throw cause;
        throw new Unanswered(`${name} broke the line off: ${cause.message}`, { cause });
      });
      if (answer === null) throw new Unanswered(`${name} closed the line without a word`);
      const { error, ...welcome } = answer.header;
      if (error?.name === TAKEN.name) throw new Unanswered(`${name} refused: ${error.message}`);
      if (error) throw new Error(`${name} refused: ${error.message}`);
      if (welcome.protocol !== PROTOCOL || welcome.emend !== EMEND) {
        throw new Error(mismatch("This", mine, name, welcome));
      }
      return new Connection(line, welcome, reader, name, explain);
    } catch (error) {
      line.close();
      throw error;
    }
  }

  /** Sends a request that has no answer. Where the line is broken nothing happens: the next answer tells. */
  send(request: Request, body: readonly Uint8Array[] = []): void {
    if (!this.#over) this.#writer.write(frame(request, body));
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws {DeviceLost} where the line broke; an error of the sidecar's with its own text
   */
  ask(request: Request, body: readonly Uint8Array[] = []): Promise<Frame<Answer>> {
    if (this.#over) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#writer.write(frame(request, body));
    });
  }

  /** Resolves when everything sent so far has left this process. */
  async drained(): Promise<void> {
    await this.#writer.drained();
    if (this.#over) throw this.#over;
  }

  async #receive(reader: FrameReader): Promise<void> {
    try {
      for (let answer; (answer = await reader.next<Answer>());) {
        const { error } = answer.header, waiting = this.#waiting.shift();
        if (!waiting) throw new Error("it answered what nobody had asked");
        if (!error) waiting.resolve(answer);
        else if (error.name === "OrtError") waiting.reject(new OrtError(error.message));
        else waiting.reject(new Error(error.message));
      }
      this.#lose(new Error("it closed the line"));
    } catch (error) {
      this.#lose(error);
    }
  }

  async #lose(cause: unknown): Promise<void> {
    if (this.#losing) return;
    this.#losing = true;
    const why = await this.explain() ?? (cause instanceof Error ? cause.message : String(cause));
    const error = new DeviceLost(`${this.name} was lost: ${why}`, { cause });
    this.end(error);
    this.#lost.resolve(error);
  }

  /** Resolves when the line has broken, by why. */
  get lost(): Promise<Error> {
    return this.#lost.promise;
  }

  /** Closes the line: what was asked is rejected, and what will be, for the reason given. */
  end(error: Error): void {
    if (this.#over) return;
    this.#over = error;
    this.line.close();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Closes the line. */
  [Symbol.dispose](): void {
    this.end(new Error(`The line to ${this.name} was closed here`));
  }
}
