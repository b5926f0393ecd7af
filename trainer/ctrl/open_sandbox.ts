/** The sandbox of a command. */

import { availableParallelism } from "node:os";
import { SandboxClient } from "../../sandbox/client.ts";
import { LocalSandbox } from "../../sandbox/local.ts";

/**
 * A server's sandbox, with the token in `SANDBOX_TOKEN` where it wants one; without an address, this machine's.
 *
 * @param concurrency requests to the server at once. @default {32}
 */
export async function openSandbox(
  endpoint: string | null | undefined,
  concurrency = 32,
): Promise<LocalSandbox | SandboxClient> {
  if (!endpoint) return await LocalSandbox.create({ concurrency: LOCAL });
  return new SandboxClient({ endpoint, concurrency, token: Deno.env.get("SANDBOX_TOKEN") });
}

/** Programs at once on this machine. */
const LOCAL = Math.max(2, availableParallelism());
