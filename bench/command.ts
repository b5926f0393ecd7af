/** The command line of a benchmark: its options, `--help`, and an error in a line. */

import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { runCommand } from "../trainer/command.ts";

/** An option's value as text, or whether it was given. */
type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>["values"];

/**
 * Runs a benchmark to the process's end.
 *
 * @param usage what `--help` shows
 * @param options besides `--help`, as node's `parseArgs` takes them
 * @param main the benchmark
 */
export async function command<const Options extends ParseArgsOptionsConfig>(
  usage: string,
  options: Options,
  main: (values: Values<Options>) => Promise<void>,
): Promise<never> {
  return await runCommand(async (args) => {
    if (args.includes("--help") || args.includes("-h")) {
      console.log(usage.trim());
      return 0;
    }
    await main(read(args, options));
    return 0;
  });
}

function read<Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
): Values<Options> {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const names = [...Object.keys(options), "help"].map((name) => `--${name}`).join(", ");
    throw new Error(`${(error as Error).message.split(". ")[0]}. The options are ${names}`);
  }
}

/**
 * An option's value as a whole number from 1.
 *
 * @throws where it is none
 */
export function count(name: string, text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1) return n;
  throw new Error(`Cannot use --${name}=${text}: it must be a whole number from 1`);
}
