/** Faults of a service, and waiting before the next attempt. */

import { setTimeout as delay } from "node:timers/promises";
import { printableLine } from "../terminal/printable.ts";

/** A request that brought no result; nothing is known of the program. */
export class ServiceFault extends Error {
  /** `ServiceFault`. */
  override name = "ServiceFault";

  /**
   * A fault of one request.
   *
   * @param message the address, what happened and what to do
   * @param passing whether another attempt may succeed
   * @param retryAfterMs how long the server asks to be left alone; 0 where it does not say
   */
  constructor(
    message: string,
    readonly passing: boolean = false,
    readonly retryAfterMs: number = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The fault of an answer that is none of the API's. */
  static ofResponse(url: string, response: Response, text: string): ServiceFault {
    const { status } = response;
    const said = printableLine(text).slice(0, 300) || "(nothing)";
    const advice = status === 401 || status === 403
      ? ". Give the client the server's token (commands take it from SANDBOX_TOKEN)"
      : status === 404
      ? ". Check the address: it is the server's root, without a path"
      : "";
    const passing = [429, 502, 503, 504].includes(status);
    const after = response.headers.get("retry-after");
    return new ServiceFault(
      `${url} answered HTTP ${status}: ${said}${advice}`,
      passing,
      after === null ? 0 : waitOf(after),
    );
  }

  /** The fault of a connection that failed or broke. */
  static ofConnection(url: string, error: unknown): ServiceFault {
    const why = printableLine(error instanceof Error ? error.message : String(error));
    return new ServiceFault(
      `Cannot reach ${url}: ${why}. Start a server there (deno task sandbox), or set ` +
        `SANDBOX_FUSION_ENDPOINT to where one is`,
      true,
      0,
      { cause: error },
    );
  }

  /** The same fault, after the last attempt. */
  after(attempts: number): ServiceFault {
    const message = `${this.message} (${attempts} attempts)`;
    return new ServiceFault(message, false, 0, { cause: this });
  }
}

/** Milliseconds that a Retry-After header asks for: seconds, or a date. */
function waitOf(header: string): number {
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/**
 * Waits before the next attempt: twice as long each time, up to half a minute, half of it by chance, so that clients
 * that failed together do not come back together; never less than the server asks for.
 *
 * @throws the signal's reason when it aborts
 */
export async function backoff(
  attempt: number,
  firstMs: number,
  leastMs: number,
  signal: AbortSignal,
): Promise<void> {
  const longest = Math.min(30_000, firstMs * 2 ** (attempt - 1));
  const ms = Math.max(leastMs, longest * (0.5 + Math.random() / 2));
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
