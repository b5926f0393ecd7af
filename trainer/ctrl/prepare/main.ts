/** `deno task ctrl:prepare`: a data set of programming problems as tasks for CTRL. */

import { optionsOf } from "../../../sandbox/commands/arguments.ts";
import { Tokenizer } from "../../data/tokenizer.ts";
import { printableLine } from "../../../terminal/printable.ts";
import { table } from "../../run/table.ts";
import { runCommand } from "../../command.ts";
import { rawRows, statementsOf, writePrepared } from "./files.ts";
import { prepare, type Prepared } from "./prepare.ts";

const USAGE = `Prepares TACO, APPS or CodeContests for CTRL.

  deno task ctrl:prepare --in train.parquet --out tasks.parquet --tokenizer FOLDER [options]

  --in FILE           Parquet or JSONL with question and input_output (TACO, APPS), or description and
                      public_tests, private_tests, generated_tests (CodeContests: the first 10 tests);
                      given again, further files of the same data
  --out FILE          Parquet: task_id, problem, tests, fn_name, time_limit
  --tokenizer FOLDER  counts tokens: statements of training data have 64 to 2048
  --no-length         keeps statements of any length: for test data
  --exclude FILE      drops statements that stand in it, such as CodeContests' test set
  --help

A task is named FILE/INDEX, counted from 0. Rows that cannot be read are told and left out; more than 5% of them stop
the command.
`;

async function main(args: string[]): Promise<number> {
  const values = optionsOf(args, {
    in: { type: "string", multiple: true },
    out: { type: "string" },
    tokenizer: { type: "string" },
    "no-length": { type: "boolean" },
    exclude: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (!values.in || !values.out) throw new Error("--in and --out are both needed; see --help");
  if (!values.tokenizer && !values["no-length"]) {
    throw new Error("--tokenizer is missing: a model's folder; or --no-length for test data");
  }
  const tokenizer = values.tokenizer ? await Tokenizer.load(values.tokenizer) : null;
  const found = await prepare(rawRows(values.in), {
    count: tokenizer && !values["no-length"] ? (text) => tokenizer.encode(text).length : undefined,
    excluded: values.exclude ? await statementsOf(values.exclude) : undefined,
  });
  for (const { id, why } of found.unreadable) {
    console.error(`Left out row ${printableLine(id)}: ${printableLine(why)}`);
  }
  console.log(describe(found));
  if (found.rows.length === 0) throw new Error("No row is left: nothing was written");
  await writePrepared(values.out, found.rows);
  console.log(`Wrote ${values.out}`);
  return 0;
}

function describe({ rows, dropped, total }: Prepared): string {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  return table([
    ["rows", String(total)],
    ...reasons.map(([reason, count]) => [`dropped: ${reason}`, String(count)]),
    ["kept", String(rows.length)],
  ]);
}

if (import.meta.main) await runCommand(main);
