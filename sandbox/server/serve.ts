/** Listening, and stopping without losing what is under way. */

import type { Hono } from "hono";

/** Where a server listens. */
export interface ListenOptions {
  /** An address of this machine. */
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** What callers must send; needed beyond loopback. */
  token?: string;
}

/** A server that listens. */
export interface Listening extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  endpoint: string;
  /** Takes no more requests, and ends when those under way are answered. */
  stop(): Promise<void>;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Starts a server.
 *
 * @throws {Error} where the address may not be used without a token, or is taken
 */
export function listen(app: Hono, { host, port, token }: ListenOptions): Listening {
  if (!LOOPBACK.test(host) && !token) {
    throw new Error(
      `Cannot listen on ${host} without a token: whoever reaches it could run programs here. ` +
        `Add --token SECRET (callers send Authorization: Bearer SECRET), or use --host 127.0.0.1`,
    );
  }
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({ hostname: host, port, onListen() {} }, app.fetch);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new Error(
        `Cannot listen on ${host}:${port}: another program does. Stop it, or choose --port`,
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new Error(`Cannot listen on ${host}: it is no address of this machine`, {
        cause: error,
      });
    }
    throw error;
  }
  const { hostname, port: bound } = server.addr;
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  const stop = () => server.shutdown();
  return { endpoint: `http://${name}:${bound}`, stop, [Symbol.asyncDispose]: stop };
}
