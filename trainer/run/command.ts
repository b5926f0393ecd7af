/** What the commands that take a configuration share. */

import { parseArgs } from "node:util";
import { ConfigError } from "../config.ts";
import { printable } from "./printable.ts";

/** What stands on a command line. */
export interface CommandLine {
  /** Configuration files. */
  files: string[];
  /** `key=value`. */
  overrides: string[];
  /** The environment. */
  env: Record<string, string>;
}

/** Runs a command to its exit code; an error's message says what to do, and a stack would only bury it. */
export async function runCommand(
  usage: string,
  command: (line: CommandLine) => Promise<number>,
): Promise<never> {
  try {
    const { help, ...line } = read(Deno.args);
    if (help) console.log(usage);
    Deno.exit(help ? 0 : await command(line));
  } catch (error) {
    console.error(printable(error instanceof Error ? error.message : String(error)));
    if (Deno.env.get("EMEND_DEBUG")) console.error(error);
    Deno.exit(1);
  }
}

function read(args: string[]): CommandLine & { help: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" } },
    });
    return {
      help: values.help ?? false,
      overrides: positionals.filter((arg) => arg.includes("=")),
      files: positionals.filter((arg) => !arg.includes("=")),
      env: Deno.env.toObject(),
    };
  } catch (error) {
    const what = (error as Error).message.split(". ")[0];
    throw new ConfigError([
      `${what}. The option is --help; a setting is key=value, such as trainer.seed=1`,
    ]);
  }
}
