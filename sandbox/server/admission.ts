/** Who may start now, who waits, and who is turned away: a queue without end answers nobody. */

import { Gate } from "../gate.ts";

/** How much a server takes on. */
export interface AdmissionOptions {
  /** Requests at work at once. */
  running: number;
  /** Requests that wait at most. @default 64 for each that runs */
  waiting?: number;
  /** Bytes of the bodies of those that wait at most. @default {536870912} */
  waitingBytes?: number;
}

/** The queue is full. */
export class Overloaded extends Error {
  /** @param retryAfter seconds after which there may be room */
  constructor(readonly retryAfter: number) {
    super(
      `The queue is full; try again in ${retryAfter} s, or start the server with more --concurrency`,
    );
    this.name = "Overloaded";
  }
}

/** Lets requests in, in the order in which they came. */
export class Admission {
  /** Requests at work. */
  running = 0;
  /** Requests that wait. */
  waiting = 0;
  #waitingBytes = 0;
  /** Mean seconds of a request's work, the last ones counting most. */
  #seconds = 1;
  readonly #gate: Gate;
  readonly #options: Required<AdmissionOptions>;

  /** Nobody is inside. */
  constructor(options: AdmissionOptions) {
    this.#gate = new Gate(options.running);
    this.#options = { waiting: 64 * options.running, waitingBytes: 512 * 2 ** 20, ...options };
  }

  /**
   * Waits for a place; dispose of it when the work is done.
   *
   * @param bytes what the request holds in memory while it waits
   * @throws {Overloaded} where too many wait already
   * @throws the signal's reason when it aborts while waiting
   */
  async enter(bytes: number, signal?: AbortSignal): Promise<Disposable> {
    const { running, waiting, waitingBytes } = this.#options;
    const inside = this.running + this.waiting;
    const heavy = inside >= running && this.#waitingBytes + bytes > waitingBytes;
    if (inside >= running + waiting || heavy) {
      throw new Overloaded(Math.min(60, Math.ceil((1 + this.waiting) * this.#seconds / running)));
    }
    this.waiting++;
    this.#waitingBytes += bytes;
    let place: Disposable;
    try {
      place = await this.#gate.enter(signal);
    } finally {
      this.waiting--;
      this.#waitingBytes -= bytes;
    }
    this.running++;
    const start = performance.now();
    return {
      [Symbol.dispose]: () => {
        this.running--;
        this.#seconds += 0.05 * ((performance.now() - start) / 1000 - this.#seconds);
        place[Symbol.dispose]();
      },
    };
  }
}
