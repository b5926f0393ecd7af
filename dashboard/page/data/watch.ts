/// <reference lib="dom" />
/**
 * Asks again every two seconds while the page is looked at. Polling, because an answer without news is 100 bytes, and
 * it mends itself after sleep, restarts and proxies, where an event stream needs all of that by hand.
 */

const EVERY = 2000;

/**
 * Calls `look` now and then again until the signal aborts; once only where nothing new can come.
 *
 * @param look awaited; its errors go to `failed`, null when it works again
 */
export async function watch(
  look: () => Promise<void>,
  { live, signal, failed }: {
    live: boolean;
    signal: AbortSignal;
    failed: (error: Error | null) => void;
  },
): Promise<void> {
  let broken = false;
  while (!signal.aborted) {
    if (!document.hidden) {
      try {
        await look();
        if (broken && !signal.aborted) failed(null);
        broken = false;
      } catch (error) {
        if (signal.aborted) return;
        broken = true;
        failed(error instanceof Error ? error : new Error(String(error)));
      }
    }
    if (!live) return;
    await pause(signal);
  }
}

/** Until it is time again, the page is looked at again, or all is over. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", shown);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const shown = () => document.hidden || end();
    const timer = setTimeout(end, EVERY);
    document.addEventListener("visibilitychange", shown);
    signal.addEventListener("abort", end);
  });
}
