/** Reaching a sidecar that runs already. */

import { type Address, addressText } from "./address.ts";
import { Connection, Unanswered } from "./connection.ts";

/** How a sidecar is reached. */
export interface ConnectOptions {
  /** The sidecar's secret. */
  token?: string;
  /** Milliseconds to go on trying while nobody listens. @default 0 */
  patience?: number;
  /** The sidecar, as errors call it. @default the sidecar at its address */
  name?: string;
  /** Told when the line breaks: why, where it is known. */
  explain?: () => Promise<string | undefined>;
}

const PAUSE = 200;

class Unreachable extends Error {}

/**
 * Connects to a sidecar.
 *
 * @throws an error where nobody listens, or the sidecar refuses
 */
export async function connect(address: Address, options: ConnectOptions = {}): Promise<Connection> {
  const { token, patience = 0, name = `The sidecar at ${addressText(address)}`, explain } = options;
  const until = performance.now() + patience;
  while (true) {
    try {
      return await Connection.over(await open(address), name, { token, explain });
    } catch (error) {
      const nobody = error instanceof Unreachable || error instanceof Unanswered;
      if (!nobody || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

async function open(address: Address): Promise<Deno.Conn> {
  try {
    // Deno has an overload for each kind, and none for either.
    if (address.transport === "unix") return await Deno.connect(address);
    const line = await Deno.connect(address);
    line.setNoDelay();
    return line;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Unreachable(
      `No sidecar answers at ${addressText(address)} (${why}). Start one: deno task gpu --help`,
      { cause },
    );
  }
}
