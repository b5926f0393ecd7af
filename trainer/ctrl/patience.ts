/** Waiting for a sandbox that went away. */

import { setTimeout as delay } from "node:timers/promises";
import { ServiceFault } from "../../sandbox/retry.ts";

/** The sandbox does not answer any more: what was done so far stands, and can be gone on from. */
export class SandboxGone extends Error {
  /** `SandboxGone`. */
  override name = "SandboxGone";
}

/** How long to wait, and whom to tell. */
export interface Patience {
  /** Attempts in all. @default {5} */
  attempts?: number;
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
 * @param work is given the number of the attempt, from 1, and whether it is the last one
 * @throws {SandboxGone} after the last attempt
 * @throws the signal's reason when it aborts
 */
export async function patiently<T>(
  work: (attempt: number, last: boolean) => Promise<T>,
  { attempts = 5, pauseMs = 1000, warn, signal }: Patience,
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work(attempt, attempt >= attempts);
    } catch (error) {
      signal?.throwIfAborted();
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
