/** `deno task ctrl:judge`: the critic as a reward model, on pairs as JudgeBench has them. */

import { join } from "node:path";
import { optionsOf, wholeNumber } from "../../../sandbox/commands/arguments.ts";
import { writeWhole } from "../../run/disk.ts";
import { createReporter } from "../../run/progress.ts";
import { percent } from "../../run/quantity.ts";
import { table } from "../../run/table.ts";
import { runCommand } from "../../command.ts";
import { WRITER_HELP, writerOptions, Writers } from "../command.ts";
import { claimFolder, Journal } from "../journal.ts";
import { lotInterrupt } from "../lots.ts";
import { judgePairs, judgeSummary, type PairRecord } from "./judge.ts";
import { loadPairs } from "./pairs.ts";

const USAGE = `Lets a critic choose the better of two answers.

  deno task ctrl:judge --pairs FILE --critic MODEL [options]

  --pairs FILE    JSONL with question, response_A, response_B, label (A>B or B>A), pair_id, source
  --critic MODEL  criticises each answer by itself; the one called Correct more often wins, a tie is half a point
  --votes N       critiques of each answer (8)
  --seed N        (0)
  --lot N         pairs at a time; each lot's results are kept (16)
  --out FOLDER    pairs.jsonl, results.json (runs/ctrl_judge)
  --api-key-env NAME
  --help

A command that is started again goes on where it was.

${WRITER_HELP}
`;

async function main(args: string[]): Promise<number> {
  const values = optionsOf(args, {
    pairs: { type: "string" },
    ...writerOptions("critic"),
    votes: { type: "string" },
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
  if (!values.pairs) throw new Error("--pairs is missing: a file of pairs; see --help");
  const votes = wholeNumber("votes", values.votes, 8, [1, 1000]);
  const seed = wholeNumber("seed", values.seed, 0, [0, 1_000_000]);
  const lot = wholeNumber("lot", values.lot, 16, [1, 100_000]);
  const pairs = await loadPairs(values.pairs);
  const critic = await new Writers(values).need("critic");
  const out = values.out ?? "runs/ctrl_judge";
  const name = [values.critic, values["critic-model"]];
  await claimFolder(out, { pairs: values.pairs, critic: name, votes, seed });
  const journal = await Journal.open<PairRecord>(join(out, "pairs.jsonl"), ({ pair }) => pair);

  using reporter = createReporter();
  using interrupt = lotInterrupt(reporter);
  const phase = reporter.phase("judge", pairs.length, "pairs", journal.values().length);
  const records = await judgePairs(pairs, {
    ...{ critic, votes, seed, lot, journal },
    advance: (count) => phase.advance(count),
    interrupted: () => interrupt.requested,
  }).finally(() => phase.done());
  const results = judgeSummary(records);
  await writeWhole(
    join(out, "results.json"),
    JSON.stringify({ votes, seed, results }, null, 2) + "\n",
  );
  const rows = results.map((row) => [
    row.source,
    String(row.pairs),
    percent(row.accuracy),
    `±${percent(row.standard_error)}`,
    String(row.ties),
    String(row.no_judgment),
  ]);
  const heading = ["source", "pairs", "accuracy", "s.e.", "ties", "no judgment"];
  reporter.note(table([heading, ...rows], reporter.columns));
  reporter.note(`Everything is in ${out}`);
  return 0;
}

if (import.meta.main) await runCommand(main);
