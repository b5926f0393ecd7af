/** Where a sidecar listens: a Unix socket, or a TCP port. */

/** An address. */
export type Address =
  | { transport: "unix"; path: string }
  | { transport: "tcp"; hostname: string; port: number };

/**
 * Reads `HOST:PORT`, or the path of a socket, which has a slash in it.
 *
 * @throws an error that says what an address looks like
 */
export function parseAddress(text: string): Address {
  if (text.includes("/")) return { transport: "unix", path: text };
  const [, hostname, port] = /^\[?([^[\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (hostname === undefined || Number(port) > 65535) {
    throw new Error(
      `"${text}" is no address of a sidecar: give the path of a socket (./gpu0.sock) or HOST:PORT`,
    );
  }
  return { transport: "tcp", hostname, port: Number(port) };
}

/** The address as a user writes it. */
export function addressText(address: Address): string {
  if (address.transport === "unix") return address.path;
  const { hostname, port } = address;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
