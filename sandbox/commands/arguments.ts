/** Command lines: what is wrong is said with what there is. */

import { parseArgs, type ParseArgsConfig } from "node:util";

/** The options of a command, each a text or a switch. */
export type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Reads a command line.
 *
 * @throws {Error} that names the options there are
 */
export function argumentsOf<T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    const what = (error as Error).message.split(". ")[0];
    const names = Object.keys(options).map((name) => `--${name}`).join(", ");
    throw new Error(`${what}. The options are ${names}; --help says more`, { cause: error });
  }
}

/**
 * Reads a command line that has nothing but options.
 *
 * @throws {Error} that names the options there are, also where a word stands by itself
 */
export function optionsOf<T extends Options>(args: string[], options: T) {
  const { values, positionals } = argumentsOf(args, options);
  if (positionals.length === 0) return values;
  const names = Object.keys(options).map((name) => `--${name}`).join(", ");
  throw new Error(
    `Nothing is known of "${positionals[0]}". The options are ${names}; --help says more`,
  );
}

/**
 * A whole number from an option.
 *
 * @throws {Error} where it is none, or outside the range
 */
export function wholeNumber(
  name: string,
  text: string | undefined,
  fallback: number,
  [least, most]: readonly [number, number],
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(
    `--${name} takes a whole number from ${least} to ${most}; got ${JSON.stringify(text)}`,
  );
}

/**
 * The text of a file.
 *
 * @throws {Error} that says what the file was for
 */
export async function textOf(path: string, meaning: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is none" : (error as Error).message;
    throw new Error(`Cannot read ${meaning} ${path}: ${why}`, { cause: error });
  }
}
