/** The server's process: options come in as one line of JSON, and it serves until its input ends. */

import { fileURLToPath } from "node:url";
import { isLoopback, type ServeOptions } from "../options.ts";
import { RunsFolder } from "../run/runs_folder.ts";
import { guarded } from "./guard.ts";
import { routes } from "./routes.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const input = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
let text = "";
while (!text.includes("\n")) {
  const { value, done } = await input.read();
  if (done) Deno.exit(1);
  text += value;
}
const { folder, host, port, token }: ServeOptions = JSON.parse(text);

const assets: Record<string, string> = {};
for await (const { name } of Deno.readDir(here("../built/parts"))) {
  assets[name] = await Deno.readTextFile(here(`../built/parts/${name}`));
}
const handler = guarded(routes(new RunsFolder(folder), assets), { host, port, token });
try {
  Deno.serve({
    hostname: host,
    port,
    handler,
    onListen: () => {
      const address = `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
      console.log(
        `${folder} is at ${address}${token === null ? "" : `?token=${encodeURIComponent(token)}`}`,
      );
      if (!isLoopback(host)) {
        console.log("Anyone with this address can read every run. Ctrl-C ends it.");
      }
    },
  });
} catch (error) {
  if (!(error instanceof Deno.errors.AddrInUse)) throw error;
  console.error(`Port ${port} is taken: choose another with --port, such as --port ${port + 1}`);
  Deno.exit(1);
}
while (!(await input.read()).done);
Deno.exit(0);
