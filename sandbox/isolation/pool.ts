/** Warm sandboxes that are used again: each is wiped after a job, and replaced after many of them or any damage. */

import type { Launch } from "./launch.ts";
import { Slot } from "./slot.ts";

/** Jobs that one sandbox serves: what a program could learn about its memory layout does not stay true for long. */
const JOBS_OF_A_SLOT = 500;

/** A pool; it grows as far as it is asked at once. */
export class Pool implements AsyncDisposable {
  readonly #launch: () => Promise<Launch>;
  readonly #size: number;
  #slots = 0;
  readonly #idle: Slot[] = [];
  readonly #waiting: ((slot: Slot | null) => void)[] = [];
  readonly #leaving = new Set<Promise<void>>();
  #closed = false;

  /**
   * @param launch describes a new sandbox
   * @param size how many there may be
   */
  constructor(launch: () => Promise<Launch>, size: number) {
    this.#launch = launch;
    this.#size = size;
  }

  /** A clean sandbox; waits for one that is being wiped rather than start more than the size allows. */
  async take(): Promise<Slot> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#slots < this.#size) return await this.#start();
    const { promise, resolve } = Promise.withResolvers<Slot | null>();
    this.#waiting.push(resolve);
    return await promise ?? await this.#start();
  }

  /** Takes a sandbox back after a job, as soon as it has wiped itself. */
  give(slot: Slot): void {
    this.#follow((async () => {
      const clean = await slot.settled();
      if (!clean || slot.jobs >= JOBS_OF_A_SLOT || this.#closed) return await this.#end(slot);
      const waiting = this.#waiting.shift();
      if (waiting) waiting(slot);
      else this.#idle.push(slot);
    })());
  }

  /** Ends a sandbox that is not to be used again, without waiting for it. */
  discard(slot: Slot): void {
    this.#follow(this.#end(slot));
  }

  async #start(): Promise<Slot> {
    this.#slots++;
    try {
      return await Slot.start(await this.#launch());
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  async #end(slot: Slot): Promise<void> {
    this.#forget();
    await slot[Symbol.asyncDispose]();
  }

  #forget(): void {
    this.#slots--;
    this.#waiting.shift()?.(null);
  }

  #follow(work: Promise<void>): void {
    const followed = work.finally(() => this.#leaving.delete(followed));
    this.#leaving.add(followed);
  }

  /** Ends all of them, once those in use were given back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#leaving);
    await Promise.all(this.#idle.splice(0).map((slot) => slot[Symbol.asyncDispose]()));
  }
}
