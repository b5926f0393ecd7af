/** JSON in, JSON out, with a server that may be slow, away or talk rubbish. */

import { excerpt, RequestFault } from "./fault.ts";

/** Where a server is. */
export interface JsonServerOptions {
  /** What its paths follow, without a slash at the end. */
  root: string;
  /** The environment variable that holds the API key; without one, or where it is not set, none is sent. */
  apiKeyEnv?: string;
  /** For the whole of one request, unless that says otherwise. */
  timeoutMs: number;
}

/** One request. */
export interface JsonRequest {
  /** Sent as JSON by POST; without one it is a GET. */
  body?: unknown;
  /** For the whole of it. */
  timeoutMs?: number;
  /** Ends it. */
  signal?: AbortSignal;
  /** What to do about HTTP 404. @default nothing is advised */
  whenMissing?: string;
}

/** A server behind HTTP. Faults name the address that was asked. */
export class JsonServer {
  /** What its paths follow. */
  readonly root: string;
  readonly #options: JsonServerOptions;
  readonly #headers: Record<string, string> = {};

  /** Sends nothing yet. */
  constructor(options: JsonServerOptions) {
    this.root = options.root;
    this.#options = options;
    const key = options.apiKeyEnv && Deno.env.get(options.apiKeyEnv);
    if (key) this.#headers.authorization = `Bearer ${key}`;
  }

  /**
   * What a request brings, as text.
   *
   * @throws {RequestFault} where there is no answer, or one that is not HTTP 2xx
   * @throws the signal's reason where that aborted the request
   */
  async text(path: string, request: JsonRequest = {}): Promise<string> {
    const { body, signal, timeoutMs = this.#options.timeoutMs } = request;
    const url = this.root + path;
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response, text: string;
    try {
      response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        headers: { ...this.#headers, ...(body !== undefined && JSON_TYPE) },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      const why = timeout.aborted
        ? `no answer within ${timeoutMs / 1000} s`
        : excerpt(error instanceof Error ? error.message : String(error));
      throw new RequestFault(`Cannot reach ${url}: ${why}`, true, 0, { cause: error });
    }
    if (response.ok) return text;
    throw RequestFault.ofStatus(
      `${url} answered HTTP ${response.status}: ${excerpt(text) || "(nothing)"}` +
        this.#advice(response.status, request),
      response,
    );
  }

  /**
   * What a request brings, parsed.
   *
   * @throws as {@linkcode text} does, and {RequestFault} where it is no JSON
   */
  async json(path: string, request?: JsonRequest): Promise<unknown> {
    const text = await this.text(path, request);
    try {
      return JSON.parse(text);
    } catch (error) {
      // Also what a connection that closed early leaves.
      const what = `${this.root + path} sent no JSON: ${excerpt(text)}`;
      throw new RequestFault(what, true, 0, { cause: error });
    }
  }

  #advice(status: number, { whenMissing }: JsonRequest): string {
    const key = this.#options.apiKeyEnv ?? "the variable that apiKeyEnv names";
    if (status === 404 && whenMissing) return `. ${whenMissing}`;
    if (status !== 401 && status !== 403) return "";
    return this.#headers.authorization
      ? `. Check the API key in ${key}`
      : `. It wants an API key: put it into ${key}`;
  }
}

const JSON_TYPE = { "content-type": "application/json" };
