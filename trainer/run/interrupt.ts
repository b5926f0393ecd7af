/** Ctrl-C: the first finishes the step and saves, the second stops at once. */

/** How an {@linkcode Interrupt} reaches the outside. */
export interface InterruptOptions {
  /** Told what will happen. @default console.error */
  say?: (text: string) => void;
  /** Tidies up before the second Ctrl-C ends the process. @default nothing */
  beforeStop?: () => void;
}

/**
 * Milliseconds in which a second signal is the echo of the first: `deno task` passes Ctrl-C on to the process that it
 * runs, which has had it from the terminal already. Nobody presses twice as fast.
 */
const ECHO = 150;

/** Whether this process was started by `deno task`, as far as it may know. */
function byTask(): boolean {
  const variable = "INIT_CWD"; // which the task sets
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" && Boolean(Deno.env.get(variable));
}

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
  #echo: ReturnType<typeof setTimeout> | undefined;

  /** Begins to listen. */
  constructor({ say = console.error, beforeStop = () => {} }: InterruptOptions = {}) {
    this.#listener = () => {
      if (this.#echo !== undefined) return this.#endEcho(); // There is one at most.
      if (this.#requested) {
        beforeStop();
        return this.#stop();
      }
      this.#requested = true;
      say("Finishing the step, then saving; press Ctrl-C again to stop at once.");
      if (byTask()) this.#expectEcho();
    };
    for (const signal of this.#signals) Deno.addSignalListener(signal, this.#listener);
  }

  /** An echo may wait behind whatever blocks the event loop, so only time in which nothing does counts. */
  #expectEcho(): void {
    const began = performance.now();
    this.#echo = setTimeout(() => {
      this.#echo = undefined;
      if (performance.now() - began > 2 * ECHO) this.#expectEcho();
    }, ECHO);
    Deno.unrefTimer(this.#echo);
  }

  #endEcho(): void {
    clearTimeout(this.#echo);
    this.#echo = undefined;
  }

  /** Whether to save and stop after this step. */
  get requested(): boolean {
    return this.#requested;
  }

  /**
   * Ends the process by the signal itself, which a shell reports as 130. A regular exit would free memory first that
   * ONNX Runtime's threads are still computing on.
   */
  #stop(): void {
    if (Deno.build.os === "windows") Deno.exit(130);
    this[Symbol.dispose]();
    Deno.kill(Deno.pid, "SIGINT");
  }

  /** Stops listening: the next Ctrl-C does what it did before. */
  [Symbol.dispose](): void {
    this.#endEcho();
    for (const signal of this.#signals) Deno.removeSignalListener(signal, this.#listener);
  }
}
