/**
 * `deno task dashboard`: starts the server in a process of its own, which may read one folder and listen at one
 * port. Those two are only known once the command line is read, and permissions can only be given to a new process.
 */

import { fileURLToPath } from "node:url";
import { serveOptions, USAGE } from "./options.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What Deno takes to find itself and what it has cached; the permission to read them is the task's. */
const HANDED_ON = [
  "PATH",
  "HOME",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "USERPROFILE",
  "LOCALAPPDATA",
  "SystemRoot",
];

async function main(args: string[]): Promise<number> {
  const options = serveOptions(args);
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  const folder = await Deno.realPath(options.folder).catch(() => null);
  if (folder === null) {
    throw new Error(
      `There is no folder ${options.folder}. Train a run first (deno task train), or name the folder that holds ` +
        `your runs: deno task dashboard FOLDER`,
    );
  }
  const { host, port } = options;
  const server = new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      `--allow-read=${[folder, here("built")].map((path) => path.replaceAll(",", ",,")).join(",")}`,
      `--allow-net=${host.includes(":") ? `[${host}]` : host}:${port}`,
      // The YAML parser asks for these two before every document.
      "--allow-env=LOG_STREAM,LOG_TOKENS",
      here("server/main.ts"),
    ],
    // Without LD_LIBRARY_PATH and its like: Deno hands those on only where every program may be run.
    clearEnv: true,
    env: Object.fromEntries(
      HANDED_ON.flatMap((name) => {
        const value = Deno.env.get(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    stdin: "piped",
  }).spawn();
  const input = server.stdin.getWriter();
  // By standard input, which no list of processes shows; when it closes, the server ends too.
  await input.write(new TextEncoder().encode(JSON.stringify({ ...options, folder }) + "\n"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => input.close().catch(() => {}));
  }
  const { code } = await server.status;
  return code;
}

try {
  Deno.exit(await main(Deno.args));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}
