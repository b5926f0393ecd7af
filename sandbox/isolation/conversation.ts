/** A program in a sandbox of its own that is talked to while it runs. */

import type { CommandRunResult, Conversation } from "../api.ts";
import { type Job, type Outcome, type Slot, SlotError } from "./slot.ts";
import { Transcript } from "./transcript.ts";

/** How long ending may take. */
const PATIENCE_SECONDS = 5;
const KILLED: Outcome = { seconds: 0, cpu: 0, status: null, reason: "asked", cut: [] };

/** Bytes of one request to the sandbox. */
const PIECE = 1 << 16;

/** See the head of this file. */
export class LiveConversation implements Conversation {
  readonly #slot: Slot;
  readonly #transcript = new Transcript();
  readonly #pieces: Uint8Array[] = [];
  readonly #outcome: Promise<Outcome>;
  readonly #left: (clean: boolean) => Promise<void>;
  #running = true;
  #arrived = Promise.withResolvers<void>();
  #result?: Promise<CommandRunResult>;

  /**
   * Starts the job.
   *
   * @param left called once it is over, with whether the sandbox is still in order
   */
  constructor(slot: Slot, job: Job, left: (clean: boolean) => Promise<void>) {
    this.#slot = slot;
    this.#left = left;
    this.#outcome = slot.run(job, (stream, bytes) => {
      this.#transcript.listener(stream, bytes);
      if (stream === "o") this.#pieces.push(bytes);
      this.#wake();
    }).finally(() => {
      this.#running = false;
      this.#wake();
    });
    this.#outcome.catch(() => {}); // told by end()
  }

  /** Writes to its standard input; what a program that has ended would read is dropped. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && this.#running; at += PIECE) {
      await this.#slot.feed(bytes.subarray(at, at + PIECE)).catch(() => {});
    }
  }

  /** The next piece of its standard output; null at its end. */
  async receive(): Promise<Uint8Array | null> {
    while (true) {
      const piece = this.#pieces.shift();
      if (piece) return piece;
      if (!this.#running) return null;
      await this.#arrived.promise;
    }
  }

  /** Kills it, if it still runs, and tells what it did. */
  end(): Promise<CommandRunResult> {
    return this.#result ??= this.#end();
  }

  async #end(): Promise<CommandRunResult> {
    // A program that does not read its input leaves the request to end it stuck behind that.
    const overdue = setTimeout(() => this.#slot.kill(), 1000 * PATIENCE_SECONDS);
    let clean = false;
    try {
      if (this.#running) await this.#slot.interrupt();
      const result = this.#transcript.result(await this.#outcome);
      clean = true;
      return result;
    } catch (error) {
      if (!(error instanceof SlotError)) throw error;
      return this.#transcript.result(KILLED);
    } finally {
      clearTimeout(overdue);
      await this.#left(clean);
    }
  }

  /** As {@linkcode end}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #wake(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }
}
