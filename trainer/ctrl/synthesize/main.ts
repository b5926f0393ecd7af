/** `deno task ctrl:synthesize`: the data of stage I. */

import { join } from "node:path";
import { optionsOf, wholeNumber } from "../../../sandbox/commands/arguments.ts";
import { Tokenizer } from "../../data/tokenizer.ts";
import { writeWhole } from "../../run/disk.ts";
import { createReporter } from "../../run/progress.ts";
import { table } from "../../run/table.ts";
import { runCommand } from "../../command.ts";
import { openExecution, WRITER_HELP, writerOptions, Writers } from "../command.ts";
import { claimFolder, Journal } from "../journal.ts";
import { lotInterrupt } from "../lots.ts";
import { loadTasks } from "../tasks.ts";
import { clean } from "./clean.ts";
import { keyOf, type SynthesisRecord } from "./record.ts";
import { synthesize } from "./synthesize.ts";

const USAGE =
  `Writes the critiques that a critic learns from first: of solutions that were really run, told by what came of it.

  deno task ctrl:synthesize --tasks tasks.parquet --generator MODEL --critic MODEL [options]

  --tasks FILE        from ctrl:prepare, or any benchmark file
  --generator MODEL   solves and revises
  --critic MODEL      criticises
  --samples N         solutions a task (4)
  --tokenizer FOLDER  drops prompts of 2048 tokens and more
  --only-passing      keeps only critiques whose revision passes
  --balance           as many Correct to Incorrect judgments as right to wrong solutions
  --keep-all          more than one row a task
  --repetition-penalty P  (1.05) asked of servers, vLLM and SGLang know it; 1 asks for none
  --seed N            (0)
  --lot N             solutions at a time; each lot's results are kept (64)
  --out FOLDER        solutions.jsonl, sft.jsonl, summary.json (runs/ctrl_synthesis)
  --api-key-env NAME
  --help

Models on this machine draw without a repetition penalty. A command that is started again goes on where it was; to clean
otherwise, start it again with other cleaning options.

${WRITER_HELP}
`;

async function main(args: string[]): Promise<number> {
  const values = optionsOf(args, {
    tasks: { type: "string" },
    ...writerOptions("generator", "critic"),
    samples: { type: "string" },
    tokenizer: { type: "string" },
    "only-passing": { type: "boolean" },
    balance: { type: "boolean" },
    "repetition-penalty": { type: "string" },
    "keep-all": { type: "boolean" },
    seed: { type: "string" },
    lot: { type: "string" },
    out: { type: "string" },
    "api-key-env": { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (!values.tasks) throw new Error("--tasks is missing: a file of tasks; see --help");
  const samples = wholeNumber("samples", values.samples, 4, [1, 1000]);
  const seed = wholeNumber("seed", values.seed, 0, [0, 1_000_000]);
  const lot = wholeNumber("lot", values.lot, 64, [1, 100_000]);
  const penalty = Number(values["repetition-penalty"] ?? 1.05);
  if (!(penalty > 0)) {
    throw new Error(
      `--repetition-penalty takes a number above 0; got "${values["repetition-penalty"]}"`,
    );
  }
  const writers = new Writers(values, penalty === 1 ? undefined : penalty);
  const generator = await writers.need("generator"), critic = await writers.need("critic");
  const tokenizer = values.tokenizer ? await Tokenizer.load(values.tokenizer) : null;
  const { tasks, dropped: unusable } = await loadTasks(values.tasks);
  const out = values.out ?? "runs/ctrl_synthesis";
  await claimFolder(out, {
    tasks: values.tasks,
    generator: [values.generator, values["generator-model"]],
    critic: [values.critic, values["critic-model"]],
    samples,
    repetition_penalty: penalty,
    seed,
  });
  const path = join(out, "solutions.jsonl");
  const journal = await Journal.open<SynthesisRecord>(path, keyOf);

  using reporter = createReporter();
  for (const { at, reason } of unusable) reporter.warn(`Left out ${at}: ${reason}`);
  const { sandbox, execution } = await openExecution();
  await using _sandbox = sandbox;
  using interrupt = lotInterrupt(reporter);
  const done = journal.values().length;
  const phase = reporter.phase("synthesize", tasks.length * samples, "solutions", done);
  const records = await synthesize({
    ...{ tasks, samples, lot, seed, generator, critic, execution, journal },
    advance: (count) => phase.advance(count),
    interrupted: () => interrupt.requested,
  }).finally(() => phase.done());

  const { rows, dropped } = clean(records, tasks, {
    count: tokenizer ? (prompt) => tokenizer.encodeChat(prompt).length : undefined,
    keepFailed: !values["only-passing"],
    balance: values.balance ?? false,
    keepAll: values["keep-all"] ?? false,
    seed,
  });
  await writeWhole(join(out, "sft.jsonl"), rows.map((row) => JSON.stringify(row) + "\n").join(""));
  const count = (is: (record: SynthesisRecord) => boolean) => records.filter(is).length;
  const summary = {
    method: "ctrl:synthesize",
    seed,
    solutions: records.length,
    passed: count(({ passed }) => passed),
    revised_passed: count(({ revised_passed }) => revised_passed),
    no_program: count(({ verdict }) => verdict === "NoProgram"),
    faults: count(({ fault }) => fault !== undefined),
    sandbox: { pauses: execution.pauses, faults: execution.faults },
    dropped,
    rows: rows.length,
  };
  await writeWhole(join(out, "summary.json"), JSON.stringify(summary, null, 2) + "\n");
  const shown = Object.entries(dropped).filter(([, n]) => n > 0);
  reporter.note(table([
    ["synthesis", "count"],
    ["solutions", String(records.length)],
    ["of these right", String(summary.passed)],
    ["right after revision", String(summary.revised_passed)],
    ["without a program", String(summary.no_program)],
    ...shown.map(([reason, n]) => [`dropped: ${reason}`, String(n)]),
    ["rows for ctrl:sft", String(rows.length)],
  ], reporter.columns));
  reporter.note(`Rows in ${join(out, "sft.jsonl")}`);
  if (rows.length === 0) throw new Error("No row is left: the table says why");
  return 0;
}

if (import.meta.main) await runCommand(main);
