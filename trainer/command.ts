/** What the command lines share: arguments, the keys' help, and how an error is told. */

import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import type { ConfigSources } from "./config.ts";
import { ConfigError } from "./config/error.ts";
import type { KeyDescription } from "./config/key_set.ts";
import { keys } from "./config/schema.ts";
import { printable } from "../terminal/printable.ts";
import { Interrupted } from "./run/interrupted.ts";

/** A command line, read. */
export interface Arguments {
  /** Which options were given. */
  options: ReadonlySet<string>;
  /** `key=value`. */
  settings: string[];
  /** Everything else, in order. */
  others: string[];
}

/**
 * Reads a command line.
 *
 * @param flags the options that the command takes, without their dashes; `--help` is always one
 * @param otherwise what else a person may have meant, for the error
 * @throws {ConfigError} on any other option
 */
export function readArguments(
  args: string[],
  flags: readonly string[],
  otherwise: string,
): Arguments {
  const options: ParseArgsOptionsConfig = { help: { type: "boolean", short: "h" } };
  for (const flag of flags) options[flag] = { type: "boolean" };
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    return {
      options: new Set(Object.keys(values)),
      settings: positionals.filter((arg) => arg.includes("=")),
      others: positionals.filter((arg) => !arg.includes("=")),
    };
  } catch (error) {
    const what = (error as Error).message.split(". ")[0];
    const known = Object.keys(options).map((name) => `--${name}`).join(" and ");
    throw new ConfigError([
      `${what}. ${flags.length > 0 ? "The options are" : "The option is"} ${known}; ${otherwise}`,
    ]);
  }
}

/** Keys with what they mean, take and are, for `--help`. */
export function describeAll(keys: readonly KeyDescription[]): string {
  return keys.map(({ path, type, default: value, meaning }) =>
    `  ${path}\n      ${meaning}\n      ${type}; default ${JSON.stringify(value)}`
  ).join("\n");
}

/**
 * Runs a command that takes a configuration and nothing else.
 *
 * @param usage what `--help` shows
 * @param command gets files, environment and settings, as `loadConfig` takes them; its result is the exit code
 */
export async function runConfigured(
  usage: string,
  command: (sources: Required<ConfigSources>) => Promise<number>,
): Promise<never> {
  return await runCommand(async (args) => {
    const { options, settings, others } = readArguments(
      args,
      [],
      `a setting is key=value, such as ${keys.example}`,
    );
    if (!options.has("help")) {
      return await command({ files: others, env: Deno.env.toObject(), overrides: settings });
    }
    console.log(usage);
    return 0;
  });
}

/** Runs a command to the process's end; the exit code is 130 where it was asked to stop. */
export async function runCommand(main: (args: string[]) => Promise<number>): Promise<never> {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    // A message says what to do; a stack would only bury it.
    console.error(printable(error instanceof Error ? error.message : String(error)));
    if (Deno.env.get("EMEND_DEBUG")) console.error(error);
    Deno.exit(error instanceof Interrupted ? 130 : 1);
  }
}
