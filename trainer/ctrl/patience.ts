/** Waiting for a sandbox that went away. */

import { setTimeout as delay } from "node:timers/promises";
import { ServiceFault } from "../../sandbox/retry.ts";
import { SandboxGone } from "./execution.ts";

/** How long to wait, and whom to tell. */
export interface Patience {
  /** Attempts in all. */
  attempts: number;
  /** The first pause; it doubles from one to the next, up to a minute. @default {1000} */
  pauseMs?: number;
  /** Told of every pause. */
  warn: (text: string) => void;
  /** Aborts the waiting. */
  signal?: AbortSignal;
}

/**
 * Does something with a sandbox, again and again while the sandbox is gone.
 *
 * @throws {SandboxGone} after the last attempt
 */
export async function patiently<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  const { attempts, pauseMs = 1000, warn, signal } = patience;
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      if (attempt >= attempts) {
        throw new SandboxGone(
          `The sandbox does not answer after ${attempts} attempts: ${error.message}. ` +
            `What was done so far is kept: bring it back, then start this command again, to go on`,
          { cause: error },
        );
      }
      const pause = Math.min(pauseMs * 2 ** (attempt - 1), 60_000);
      warn(`The sandbox does not answer (${error.message}); trying again in ${pause / 1000} s`);
      await delay(pause, undefined, { signal });
    }
  }
}
