/** A sandbox on another machine: any server that speaks SandboxFusion's API. */

import { z } from "zod";
import {
  type RunCodeInput,
  runCodeRequestSchema,
  type RunCodeResponse,
  runCodeResponseSchema,
  type Sandbox,
} from "./api.ts";
import {
  type EvalResult,
  evalResultSchema,
  type SubmitInput,
  submitRequestSchema,
} from "./datasets/api.ts";
import { Gate } from "./gate.ts";
import {
  type RunJupyterInput,
  runJupyterRequestSchema,
  type RunJupyterResponse,
  runJupyterResponseSchema,
} from "./jupyter/api.ts";
import { backoff, ServiceFault } from "./retry.ts";

/** Where a server is, and how it is treated. */
export interface SandboxClientOptions {
  /** Its address. @default $SANDBOX_FUSION_ENDPOINT, else `http://localhost:8080` */
  endpoint?: string;
  /** Sent as a bearer token. @default none */
  token?: string;
  /** Requests at once; further ones wait here, outside of any limit. @default {32} */
  concurrency?: number;
  /** Attempts at a request, as long as faults are the service's. @default {5} */
  attempts?: number;
  /** Milliseconds to wait before the second attempt; doubles with each. @default {500} */
  backoffMs?: number;
  /** Seconds that a request may wait in the server's queue. @default {600} */
  queueSeconds?: number;
  /** Seconds beside the program's own limits, for starting it and carrying the answer. @default {10} */
  graceSeconds?: number;
}

/**
 * Runs programs on a server.
 *
 * A request's deadline begins when the server starts to work, not while it is in a queue: here because the request
 * is not sent yet, there because this project's server sends the response's headers when a job has begun. Other
 * servers send them at the end; for those the deadline is `queueSeconds` and the program's limits together.
 *
 * Faults of the service are tried again: no connection, a broken one, HTTP 429 (after what Retry-After says), 502,
 * 503 and 504, `SandboxError`. What a program did never is.
 *
 * @example
 * ```ts no-eval
 * import { SandboxClient } from "@emend/emend/sandbox";
 *
 * await using sandbox = new SandboxClient({ endpoint: "http://10.0.0.7:8080", token: "secret" });
 * const { run_result } = await sandbox.runCode({ language: "python", code: "print(6 * 7)" });
 * console.log(run_result?.stdout);
 * ```
 */
export class SandboxClient implements Sandbox {
  /** The server's address, without a slash at the end. */
  readonly endpoint: string;
  readonly #options: Required<Omit<SandboxClientOptions, "endpoint" | "token">>;
  readonly #headers: Record<string, string>;
  readonly #gate: Gate;
  readonly #closed = new AbortController();

  /**
   * Sends nothing yet.
   *
   * @throws {Error} where the address is none
   */
  constructor(options: SandboxClientOptions = {}) {
    const { endpoint, token, ...rest } = options;
    const address = endpoint ?? Deno.env.get("SANDBOX_FUSION_ENDPOINT") ?? "http://localhost:8080";
    if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
      throw new Error(
        `Cannot use the sandbox "${address}": SANDBOX_FUSION_ENDPOINT takes the http(s) address of a ` +
          `server, such as http://localhost:8080`,
      );
    }
    this.endpoint = address.replace(/\/+$/, "");
    this.#options = {
      concurrency: 32,
      attempts: 5,
      backoffMs: 500,
      queueSeconds: 600,
      graceSeconds: 10,
      ...rest,
    };
    this.#gate = new Gate(this.#options.concurrency);
    this.#headers = { "content-type": "application/json" };
    if (token !== undefined) this.#headers.authorization = `Bearer ${token}`;
  }

  /**
   * Runs a program. A `SandboxError` that outlives all attempts is in the answer.
   *
   * @throws {ServiceFault} where the server cannot be reached, refuses the request, or does not answer in time
   * @throws the signal's reason where it aborts; the program is then ended
   */
  runCode(input: RunCodeInput, signal?: AbortSignal): Promise<RunCodeResponse> {
    const request = runCodeRequestSchema.parse(input);
    const seconds = request.compile_timeout + request.run_timeout;
    return this.#post("/run_code", request, runCodeResponseSchema, seconds, signal);
  }

  /** Runs a notebook's cells; otherwise as {@linkcode SandboxClient.runCode}. */
  runJupyter(input: RunJupyterInput, signal?: AbortSignal): Promise<RunJupyterResponse> {
    const request = runJupyterRequestSchema.parse(input);
    return this.#post(
      "/run_jupyter",
      request,
      runJupyterResponseSchema,
      request.total_timeout,
      signal,
    );
  }

  /**
   * Has the server judge an answer; otherwise as {@linkcode SandboxClient.runCode}.
   *
   * @param seconds for all of the problem's tests together. @default {600}
   */
  submit(
    input: SubmitInput,
    signal?: AbortSignal,
    seconds: number = 600,
  ): Promise<EvalResult> {
    return this.#post(
      "/submit",
      submitRequestSchema.parse(input),
      evalResultSchema,
      seconds,
      signal,
    );
  }

  /** Ends the requests under way. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error(`The client of ${this.endpoint} was closed`));
    return Promise.resolve();
  }

  async #post<S extends z.ZodType>(
    path: string,
    request: unknown,
    schema: S,
    seconds: number,
    caller?: AbortSignal,
  ): Promise<z.output<S>> {
    const signal = AbortSignal.any([this.#closed.signal, ...(caller ? [caller] : [])]);
    const body = JSON.stringify(request);
    const { attempts, backoffMs } = this.#options;
    for (let attempt = 1;; attempt++) {
      try {
        using _place = await this.#gate.enter(signal);
        const answer = await this.#attempt(path, body, schema, seconds, signal);
        const failed = (answer as { status?: string }).status === "SandboxError";
        if (!failed || attempt === attempts) return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ServiceFault) || !error.passing) throw error;
        if (attempt === attempts) throw error.after(attempts);
        await backoff(attempt, backoffMs, error.retryAfterMs, signal);
        continue;
      }
      await backoff(attempt, backoffMs, 0, signal);
    }
  }

  async #attempt<S extends z.ZodType>(
    path: string,
    body: string,
    schema: S,
    seconds: number,
    signal: AbortSignal,
  ): Promise<z.output<S>> {
    const url = this.endpoint + path;
    const { queueSeconds, graceSeconds } = this.#options;
    const deadline = new AbortController();
    let limit = seconds + queueSeconds + graceSeconds;
    let timer = setTimeout(() => deadline.abort(), 1000 * limit);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: this.#headers,
        body,
        signal: AbortSignal.any([signal, deadline.signal]),
      });
      clearTimeout(timer);
      limit = seconds + graceSeconds;
      timer = setTimeout(() => deadline.abort(), 1000 * limit);
      const text = await response.text();
      if (!response.ok) throw ServiceFault.ofResponse(url, response, text);
      const parsed = schema.safeParse(jsonOf(text));
      if (parsed.success) return parsed.data;
      throw new ServiceFault(
        `${url} did not answer as SandboxFusion does: ${z.prettifyError(parsed.error)}. ` +
          `Check that the address is a sandbox's`,
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ServiceFault) throw error;
      if (deadline.signal.aborted) {
        throw new ServiceFault(`${url} brought no answer within ${limit} s; is it overloaded?`);
      }
      throw ServiceFault.ofConnection(url, error);
    } finally {
      clearTimeout(timer);
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 200);
  }
}
