/** A sidecar in the process of its tests. */

import { LocalDevice } from "../../local_device.ts";
import { SidecarDevice } from "../client.ts";
import { connect } from "../connect.ts";
import { serveClient, type ServeOptions } from "../server.ts";

/** A sidecar at a TCP port of this process. */
export function sidecar(options: ServeOptions = {}, local = new LocalDevice({ threads: 1 })) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  /** How each client's visit ended. */
  const ended: Promise<unknown>[] = [];
  const serving = (async () => {
    for await (const line of listener) {
      ended.push(serveClient(line, local, options).catch((error) => error));
    }
  })();
  return {
    ended,
    address: { transport: "tcp", hostname: "127.0.0.1", port } as const,
    device: async (token?: string) => {
      const connection = await connect(
        { transport: "tcp", hostname: "127.0.0.1", port },
        { token, name: "The sidecar" },
      );
      return new SidecarDevice(connection);
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving.catch(() => {});
      await Promise.all(ended);
    },
  };
}
