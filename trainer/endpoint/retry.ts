/** Asking again, later and later. */

import { setTimeout as delay } from "node:timers/promises";
import { RequestFault } from "./fault.ts";

/** How often to ask, and how long to wait between. */
export interface RetryOptions {
  /** Attempts in all. */
  attempts: number;
  /** The wait after the first failure, in milliseconds; it doubles from one to the next. */
  backoffMs: number;
  /** The longest wait, whatever the server asks for. */
  longestMs: number;
  /** Told of each fault that is followed by another attempt. */
  onFault?: (fault: RequestFault) => void;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

/**
 * What `ask` gives, as soon as it gives something.
 *
 * @throws {RequestFault} the last attempt's, or one that will not pass
 */
export async function retrying<T>(ask: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const again = error instanceof RequestFault && error.passing && attempt < options.attempts;
      if (!again) throw error;
      options.onFault?.(error);
      await pause(attempt, error, options);
    }
  }
}

/**
 * Waits after a failed attempt: 1, 2, 4, … times the backoff, or longer where the server asks for it.
 *
 * @throws the signal's reason once it is aborted
 */
export async function pause(
  attempt: number,
  { retryAfterMs }: RequestFault,
  { backoffMs, longestMs, signal }: Omit<RetryOptions, "attempts" | "onFault">,
): Promise<void> {
  const wait = Math.min(longestMs, Math.max(backoffMs * 2 ** (attempt - 1), retryAfterMs));
  try {
    await delay(wait, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
