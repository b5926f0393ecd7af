/** Ctrl-C: the first finishes the step and saves, the second stops at once. */

/** How an {@linkcode Interrupt} reaches the outside. */
export interface InterruptOptions {
  /** Told what will happen. @default console.error */
  say?: (text: string) => void;
  /** Ends the process. @default Deno.exit */
  exit?: (code: number) => void;
}

/** The exit code of a program that Ctrl-C stopped: 128 + SIGINT. */
const STOPPED = 130;

/**
 * Listens for Ctrl-C and for a polite kill (SIGTERM) until it is disposed of. The loop asks {@linkcode requested}
 * after each step.
 *
 * ```ts ignore
 * using interrupt = new Interrupt();
 * for (let step = 1; step <= steps && !interrupt.requested; step++) await train(step);
 * await save();
 * ```
 */
export class Interrupt implements Disposable {
  // Windows knows no SIGTERM.
  readonly #signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM"];
  readonly #listener: () => void;
  #requested = false;

  /** Begins to listen. */
  constructor({ say = console.error, exit = Deno.exit }: InterruptOptions = {}) {
    this.#listener = () => {
      if (this.#requested) return exit(STOPPED);
      this.#requested = true;
      say("Finishing the step, then saving; press Ctrl-C again to stop at once.");
    };
    for (const signal of this.#signals) Deno.addSignalListener(signal, this.#listener);
  }

  /** Whether to save and stop after this step. */
  get requested(): boolean {
    return this.#requested;
  }

  /** Stops listening: the next Ctrl-C does what it did before. */
  [Symbol.dispose](): void {
    for (const signal of this.#signals) Deno.removeSignalListener(signal, this.#listener);
  }
}
