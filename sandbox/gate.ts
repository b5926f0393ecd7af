/** Bounded concurrency: who comes when all places are taken waits in line. */

/** A number of places. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param places how many may be inside at once */
  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Waits for a place; dispose of it to leave.
   *
   * @throws the signal's reason when it aborts while waiting
   */
  async enter(signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const give = () => resolve();
      const leave = () => {
        const at = this.#waiting.indexOf(give);
        if (at < 0) return; // The place was given in the same moment.
        this.#waiting.splice(at, 1);
        reject(signal!.reason);
      };
      this.#waiting.push(give);
      signal?.addEventListener("abort", leave, { once: true });
      try {
        await promise;
      } finally {
        signal?.removeEventListener("abort", leave);
      }
    }
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
