/**
 * `deno task sandbox critique`: the trainer's command, for it is the trainer that has models. It gets a process of its
 * own, so that the server needs no right to call foreign functions, and this folder knows nothing of training.
 */

import { fileURLToPath } from "node:url";

const RIGHTS = ["read", "write", "env", "net", "run", "sys", "ffi"].map((name) =>
  `--allow-${name}`
);

/** Starts the command; its exit code. */
export async function critiqueMain(args: string[]): Promise<number> {
  const path = fileURLToPath(new URL("../../trainer/ctrl/critique/main.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...RIGHTS, path, ...args],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return (await child.status).code;
}
