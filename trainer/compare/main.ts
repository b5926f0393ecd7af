/** `deno task compare`: runs or evaluations against the first one, problem by problem. */

import { readArguments, runCommand } from "../command.ts";
import { ConfigError } from "../config/error.ts";
import { createReporter } from "../run/progress.ts";
import { comparisonTable } from "./comparison_table.ts";
import { readOutcomes } from "./outcomes.ts";
import { compare } from "./paired.ts";

const USAGE = `Compares models on the problems that they share.

  deno task compare A B [C ...]     B against A, C against A, ...

A folder is an evaluation (deno task eval) or a run (deno task train: its last validation). Problems are paired by
their question and weigh the same each. B - A has a 95% interval by bootstrap over problems; p is McNemar's exact one:
how likely problems won and lost would be at least this uneven if both were equally good.
`;

/** The intervals' draws follow from it: the same folders give the same table. */
const SEED = 0;

async function main(args: string[]): Promise<number> {
  const { options, settings, others } = readArguments(args, [], "it takes folders");
  if (options.has("help")) {
    console.log(USAGE);
    return 0;
  }
  const folders = [...others, ...settings]; // a folder's name may hold a "="
  if (folders.length < 2) {
    throw new ConfigError(["Name two folders or more: deno task compare A B [C ...]"]);
  }
  using reporter = createReporter();
  const outcomes = [];
  for (const folder of folders) outcomes.push(await readOutcomes(folder)); // in order: the first fault is told
  const [first, ...rest] = outcomes;
  for (const second of rest) {
    const pairing = compare(first, second, SEED);
    reporter.note(`${comparisonTable(first, second, pairing, reporter.columns)}\n`);
  }
  return 0;
}

if (import.meta.main) await runCommand(main);
