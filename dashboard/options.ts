/** The command line of `deno task dashboard`, checked. */

import { parseArgs } from "node:util";

/** What the server is told. */
export interface ServeOptions {
  /** The runs' folder. */
  folder: string;
  /** The address to listen at. */
  host: string;
  /** The port. */
  port: number;
  /** What a reader must know; null for anyone who reaches the address. */
  token: string | null;
}

/** What `--help` prints. */
export const USAGE = `Shows the runs of a folder in a browser, live while they train.

  deno task dashboard [FOLDER]     the runs in FOLDER; default runs

  --port PORT      default 8420
  --host ADDRESS   default 127.0.0.1. Any other address needs a token
  --token TOKEN    at least 16 characters, asked of every reader
`;

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * The options of a command line; null where help is asked for.
 *
 * @throws an Error that says what to write instead
 */
export function serveOptions(args: string[]): ServeOptions | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "8420" },
      token: { type: "string" },
    },
  });
  if (values.help) return null;
  if (positionals.length > 1) {
    throw new Error(`One folder of runs at a time: ${positionals.join(" ")}`);
  }
  const { host, token = null } = values, port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`--port ${values.port} is no port: take one from 1 to 65535`);
  }
  if (!/^[\w.:-]+$/.test(host)) throw new Error(`--host ${host} is no address`);
  if (token !== null && token.length < 16) {
    throw new Error(
      "--token is too short: take at least 16 characters, such as `openssl rand -hex 16` prints",
    );
  }
  if (token === null && !isLoopback(host)) {
    throw new Error(
      `--host ${host} lets other machines read every answer and every configuration. Add --token TOKEN, or leave ` +
        `--host away and reach the page by \`ssh -L ${port}:127.0.0.1:${port}\``,
    );
  }
  return { folder: positionals[0] ?? "runs", host, port, token };
}
