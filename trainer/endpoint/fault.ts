/** A request that failed, and whether asking again may help. */

/** A request that brought nothing. */
export class RequestFault extends Error {
  /** Whether the server refused this one request, such as a chat that is too long; others may still be answered. */
  readonly refused: boolean;

  /**
   * A fault of one request.
   *
   * @param message says what happened and what to do
   * @param passing whether another attempt may succeed: network, timeout, HTTP 408, 429 and 5xx, a garbled answer
   * @param retryAfterMs how long the server asks to be left alone; 0 where it does not say
   */
  constructor(
    message: string,
    readonly passing: boolean,
    readonly retryAfterMs: number = 0,
    options?: ErrorOptions & { refused?: boolean },
  ) {
    super(message, options);
    this.name = "RequestFault";
    this.refused = options?.refused ?? false;
  }

  /** The fault of a request that was refused by its HTTP status. */
  static ofStatus(message: string, { status, headers }: Response): RequestFault {
    const passing = status >= 500 || status === 429 || status === 408;
    return new RequestFault(message, passing, retryAfter(headers.get("retry-after")), {
      refused: [400, 413, 422].includes(status),
    });
  }
}

/** Milliseconds that a `Retry-After` asks for: seconds, or the date when to come again. */
export function retryAfter(header: string | null): number {
  if (header === null) return 0;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header)
    ? 1000 * Number(header)
    : Date.parse(header) - Date.now();
  return ms > 0 ? ms : 0;
}

/** A server's text as it may stand in an error message: short, on one line, without control characters. */
export function excerpt(text: string): string {
  // deno-lint-ignore no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return line.length > 300 ? line.slice(0, 300) + "…" : line;
}
