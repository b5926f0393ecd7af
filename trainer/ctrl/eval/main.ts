/** `deno task ctrl:eval`: how much a critic helps, turn by turn, beside the baselines. */

import { join } from "node:path";
import { optionsOf, wholeNumber } from "../../../sandbox/commands/arguments.ts";
import { createReporter } from "../../run/progress.ts";
import { runCommand } from "../../command.ts";
import { openExecution, WRITER_HELP, writerOptions, Writers } from "../command.ts";
import { claimFolder, Journal } from "../journal.ts";
import { lotInterrupt } from "../lots.ts";
import { loadTasks } from "../tasks.ts";
import { evaluate, methodsOf } from "./evaluate.ts";
import { keyOf, type SolutionRecord } from "./record.ts";
import { resultsTable, troubles } from "./report.ts";

const USAGE = `Evaluates a critic: solve, then criticise and revise, turn by turn.

  deno task ctrl:eval --benchmark FILE --generator MODEL [--critic MODEL] [options]

  --benchmark FILE   JSONL or Parquet: CodeContests, LiveCodeBench, MBPP(+), HumanEval, ctrl:prepare's
  --generator MODEL  solves and revises
  --critic MODEL     the trained critic
  --untrained MODEL  the model that it was trained from
  --turns N          critiques of a solution, one after the other (5)
  --samples N        solutions a problem (1)
  --votes N          critiques a turn, of which the majority judges (1)
  --no-stop          goes on after a solution was judged Correct
  --seed N           (0)
  --lot N            solutions at a time; each lot's results are kept (64)
  --out FOLDER       solutions.jsonl, results.json, turns.svg (runs/ctrl_eval)
  --api-key-env NAME
  --help

Baselines in the same run: zero-shot; execution feedback (what all tests found, as it is); the generator's critique of
itself; the untrained critic. A command that is started again goes on where it was.

${WRITER_HELP}
`;

async function main(args: string[]): Promise<number> {
  const values = optionsOf(args, {
    benchmark: { type: "string" },
    ...writerOptions("generator", "critic", "untrained"),
    turns: { type: "string" },
    samples: { type: "string" },
    votes: { type: "string" },
    "no-stop": { type: "boolean" },
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
  if (!values.benchmark) throw new Error("--benchmark is missing: a file of tasks; see --help");
  const whole = (
    name: "turns" | "samples" | "votes" | "lot" | "seed",
    fallback: number,
    least = 1,
  ) => wholeNumber(name, values[name], fallback, [least, 1_000_000]);
  const settings = {
    benchmark: values.benchmark,
    generator: [values.generator, values["generator-model"]],
    critic: [values.critic, values["critic-model"]],
    untrained: [values.untrained, values["untrained-model"]],
    turns: whole("turns", 5),
    samples: whole("samples", 1),
    votes: whole("votes", 1),
    stop: !values["no-stop"],
    seed: whole("seed", 0, 0),
  };
  const lot = whole("lot", 64);
  const writers = new Writers(values);
  const generator = await writers.need("generator");
  const critics = {
    critic: await writers.get("critic"),
    untrained: await writers.get("untrained"),
    votes: settings.votes,
  };
  const { tasks, dropped } = await loadTasks(values.benchmark);
  const out = values.out ?? "runs/ctrl_eval";
  await claimFolder(out, settings);
  const journal = await Journal.open<SolutionRecord>(join(out, "solutions.jsonl"), keyOf);

  using reporter = createReporter();
  for (const { at, reason } of dropped) reporter.warn(`Left out ${at}: ${reason}`);
  const { sandbox, execution } = await openExecution();
  await using _sandbox = sandbox;
  using interrupt = lotInterrupt(reporter);
  const { turns, samples, stop, seed } = settings;
  const solutions = tasks.length * samples;
  const parts = {
    ...{ tasks, samples, turns, stop, lot, seed, generator, execution, journal },
    interrupted: () => interrupt.requested,
  };
  const methods = methodsOf(parts, critics);
  const total = solutions * (1 + turns * methods.size), done = journal.values().length;
  const phase = reporter.phase("evaluate", total, "solutions", done);
  const advance = (count: number) => phase.advance(count);
  const results = await evaluate(out, { ...parts, advance }, methods).finally(() => phase.done());
  reporter.note(resultsTable(results, reporter.columns));
  for (const trouble of troubles(results)) reporter.warn(trouble);
  reporter.note(`${solutions} solutions of ${tasks.length} tasks; results and plot in ${out}`);
  return 0;
}

if (import.meta.main) await runCommand(main);
