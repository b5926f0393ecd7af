/** Ray's Jobs API over HTTP: submit, ask, read the log as it grows, stop. */

import { join } from "node:path";

/** What Ray says of a job. */
export interface Job {
  /** `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED` or `STOPPED`. */
  status: string;
  /** Why, in Ray's words. */
  message?: string | null;
  /** The exit code of what was submitted, once it has ended. */
  driver_exit_code?: number | null;
}

/** What is submitted. */
export interface Submission {
  /** A shell command. */
  entrypoint: string;
  /** The job's name, once for ever. */
  submission_id: string;
  /** Its environment. */
  runtime_env: { env_vars: Record<string, string> };
  /** For whoever lists jobs. */
  metadata: Record<string, string>;
}

/** Ray cannot be reached, for now. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

/** Deno's sends headers, which the browsers' type does not know; `deno check .` brings that in with the dashboard. */
const Socket = WebSocket as unknown as new (
  url: URL,
  options: { headers: Record<string, string> },
) => WebSocket;

/** A request may take so long, in milliseconds. */
const PATIENCE = 30_000;

/** A Ray cluster's dashboard, where jobs are. */
export class RayJobs {
  readonly #base: string;

  /**
   * @param address http://HOST:8265
   * @param token where the cluster asks for one
   */
  constructor(readonly address: string, readonly token?: string) {
    this.#base = `${address.replace(/\/+$/, "")}/api/jobs/`;
  }

  /** @throws an error with Ray's words, where it refuses */
  async submit(submission: Submission): Promise<void> {
    await this.#ask("", "POST", submission);
  }

  /** How a job is. */
  async job(id: string): Promise<Job> {
    return await this.#ask(encodeURIComponent(id), "GET");
  }

  /** Asks Ray to end a job: SIGTERM, and some seconds later SIGKILL. */
  async stop(id: string): Promise<void> {
    await this.#ask(`${encodeURIComponent(id)}/stop`, "POST");
  }

  /**
   * A job's log from its beginning, as it grows, until the job has ended.
   *
   * @throws {Unreachable} where the line breaks
   */
  async *log(id: string, signal: AbortSignal): AsyncGenerator<string> {
    const url = new URL(`${this.#base}${encodeURIComponent(id)}/logs/tail`);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new Socket(url, { headers: this.#headers() });
    const parts: string[] = [];
    let over: Error | "ended" | undefined, wake = () => {};
    const end = (how: Error | "ended") => {
      over ??= how;
      wake();
    };
    const leave = () => {
      end("ended");
      socket.close();
    };
    socket.onmessage = ({ data }) => {
      parts.push(String(data));
      wake();
    };
    socket.onclose = ({ code, reason }) =>
      end(code === 1000 ? "ended" : new Unreachable(reason || `the line closed with ${code}`));
    socket.onerror = (event) =>
      end(new Unreachable(event instanceof ErrorEvent ? event.message : "no line"));
    signal.addEventListener("abort", leave);
    try {
      while (true) {
        yield* parts.splice(0);
        if (over === "ended" && parts.length === 0) return;
        if (over && over !== "ended" && parts.length === 0) throw over;
        if (parts.length === 0) await new Promise<void>((resolve) => wake = resolve);
      }
    } finally {
      signal.removeEventListener("abort", leave);
      socket.close();
    }
  }

  #headers(): Record<string, string> {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  async #ask<T>(path: string, method: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { ...this.#headers(), "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: "error", // The token is for nobody else.
      signal: AbortSignal.timeout(PATIENCE),
    }).catch((cause) => {
      throw new Unreachable(`${this.address} does not answer (${(cause as Error).message})`, {
        cause,
      });
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    if (response.status >= 502) throw new Unreachable(`${this.address}: HTTP ${response.status}`);
    if (response.status === 401 || response.status === 403) {
      throw new Error(
        `${this.address} refuses ${
          this.token ? "this token" : "who has no token"
        } (HTTP ${response.status}). ` +
          "Set RAY_AUTH_TOKEN, or RAY_AUTH_TOKEN_PATH, to the cluster's",
      );
    }
    // Ray sends its own stack with the reason in the last line.
    const why = text.trim().split("\n").findLast((line) => line.trim()) ?? "";
    throw new Error(`${this.address} answered HTTP ${response.status}: ${why.slice(0, 500)}`);
  }
}

/** The cluster's token, where Ray's own programs look for it. */
export function rayToken(env: Record<string, string | undefined>): string | undefined {
  if (env.RAY_AUTH_TOKEN) return env.RAY_AUTH_TOKEN.trim();
  if (env.RAY_AUTH_TOKEN_PATH) {
    const token = Deno.readTextFileSync(env.RAY_AUTH_TOKEN_PATH).trim();
    if (!token) {
      throw new Error(`RAY_AUTH_TOKEN_PATH names ${env.RAY_AUTH_TOKEN_PATH}, which is empty`);
    }
    return token;
  }
  try {
    return Deno.readTextFileSync(join(env.HOME ?? ".", ".ray", "auth_token")).trim() || undefined;
  } catch {
    return undefined;
  }
}
