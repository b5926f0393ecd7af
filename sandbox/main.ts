/** `deno task sandbox`: the server, and programs and problems one at a time. */

import { critiqueMain } from "./commands/critique.ts";
import { judgeMain } from "./commands/judge.ts";
import { runMain } from "./commands/run.ts";
import { serveMain } from "./commands/serve.ts";
import { printable } from "../terminal/printable.ts";

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  run: runMain,
  judge: judgeMain,
  critique: critiqueMain,
};

if (import.meta.main) {
  try {
    const [name, ...rest] = Deno.args;
    const command = Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name] : null;
    Deno.exit(await (command ? command(rest) : serveMain(Deno.args)));
  } catch (error) {
    // A message says what to do; a stack would only bury it.
    console.error(printable(error instanceof Error ? error.message : String(error)));
    if (Deno.env.get("EMEND_DEBUG")) console.error(error);
    Deno.exit(1);
  }
}
