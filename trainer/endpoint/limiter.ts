/** At most so many at once. */

/** Runs tasks with a bounded number of them under way; the others wait in the order in which they came. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /**
   * Nothing runs yet.
   *
   * @param limit tasks under way at most
   * @throws {RangeError} where it is no whole number from 1
   */
  constructor(limit: number) {
    if (!(Number.isInteger(limit) && limit >= 1)) {
      throw new RangeError(`Cannot run ${limit} tasks at once: it must be a whole number from 1`);
    }
    this.#free = limit;
  }

  /** Runs a task as soon as there is room, and settles as it does. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next(); // hands its place on
      else this.#free++;
    }
  }
}
