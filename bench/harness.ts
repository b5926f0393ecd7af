/**
 * Compares Emend with a peer on this machine, now: both are prepared and warmed up, then measured in turns (A B A B …)
 * so that whatever else the machine does falls on both; the best of each side's turns counts.
 */

import { availableParallelism, cpus, loadavg } from "node:os";
import { cpuUsage } from "node:process";
import { command, count } from "./command.ts";

/** What a turn cost. */
export interface Spent {
  /** On the wall's clock. */
  seconds: number;
  /** Of all threads together; on a machine with other work this is the steadier number. */
  cpuSeconds: number;
}

/** What a script compares. */
export interface Comparison {
  /** The script's name, and that of its report under `results/`. */
  name: string;
  /** The report's headline. */
  title: string;
  /** What the numbers are taken from, for the report. */
  about: string;
  /** Versions of the peer and its libraries. */
  versions: () => Promise<Record<string, string>>;
  /** The rows of the table. */
  cases: Case[];
}

/** Both sides of a comparison, ready to be measured; disposed when it ends. */
export interface Contest extends AsyncDisposable {
  /** Steps or tokens of one turn. */
  amount: number;
  /** A turn of Emend's; the harness measures it. */
  ours(): Promise<unknown>;
  /** A turn of the peer's, measured by itself. */
  peer(): Promise<Spent>;
  /** What the reader should know: sizes, which of the peer's variants was fastest. Read after the last turn. */
  readonly notes: string[];
}

/** One row of the table. */
export interface Case {
  /** Such as `train 1M`. */
  name: string;
  /** Milliseconds a step, or tokens a second. */
  unit: "ms" | "tokens/s";
  /** Starts both sides. */
  prepare(settings: Settings): Promise<Contest>;
}

/** What the command line decides. */
export interface Settings {
  /** Threads of either side. */
  threads: number;
}

interface Result {
  case: string;
  ours: number;
  peer: number;
  /** How many times faster than the peer Emend is. */
  ratio: number;
}

interface Row extends Result {
  unit: Case["unit"];
  cpuRatio: number;
  notes: string[];
}

/**
 * Runs the cases of a script, to the process's end: `[--json] [--threads N] [--repeats N] [--case TEXT]`.
 *
 * With `--json`, stdout gets exactly one array of {case, ours, peer, ratio}; everything else goes to stderr. A run of
 * all cases is written to `results/`.
 */
export async function bench(comparison: Comparison): Promise<never> {
  const { name, title, cases } = comparison;
  const usage = `${title}: both sides in turns, the best of each.

  deno task bench:${name} [options]

  --json         print [{"case", "ours", "peer", "ratio"}] and nothing else; ratio: times faster than the peer
  --threads N    of either side; default ${availableParallelism()}
  --repeats N    turns; default 5
  --case TEXT    only cases with TEXT in their names: ${cases.map((c) => c.name).join(", ")}

All cases together are written to bench/results/${name}.md. EMEND_PYTHON names an interpreter that has the peer;
without it one is installed into bench/.venv.`;
  return await command(usage, {
    json: { type: "boolean", default: false },
    threads: { type: "string", default: String(availableParallelism()) },
    repeats: { type: "string", default: "5" },
    case: { type: "string", default: "" },
  }, (values) => compare(comparison, values));
}

async function compare(
  { name, title, about, versions, cases }: Comparison,
  values: { json: boolean; threads: string; repeats: string; case: string },
): Promise<void> {
  const wanted = cases.filter((c) => c.name.includes(values.case));
  if (wanted.length === 0) {
    const names = cases.map((c) => c.name).join(", ");
    throw new Error(`Cannot find a case with "${values.case}" in its name: there are ${names}`);
  }
  const settings = { threads: count("threads", values.threads) };
  const repeats = count("repeats", values.repeats);
  const say = values.json ? console.error : console.log;

  const conditions =
    `${settings.threads} of ${availableParallelism()} threads of ${cpus()[0]?.model ?? "?"}, ` +
    `load ${
      loadavg()[0].toFixed(1)
    } before; best of ${repeats} turns; Emend on Deno ${Deno.version.deno}, peer ` +
    Object.entries(await versions()).map(([name, version]) => `${name} ${version}`).join(", ");
  say(conditions);
  const rows: Row[] = [];
  for (const one of wanted) {
    const row = await measured(one, settings, repeats);
    rows.push(row);
    say(
      `${row.case.padEnd(20)} ours ${padded(row.ours)} ${row.unit}   peer ${
        padded(row.peer)
      } ${row.unit}   ` +
        `${row.ratio.toFixed(2)}x by the clock, ${row.cpuRatio.toFixed(2)}x by processor time   ` +
        row.notes.join("; "),
    );
  }
  if (values.case === "") {
    const report = [
      `# ${title}`,
      `\`deno task bench:${name}\`: ${about}`,
      `${conditions}.`,
      table(rows),
    ];
    await Deno.writeTextFile(
      new URL(`results/${name}.md`, import.meta.url),
      report.join("\n\n") + "\n",
    );
  }
  const results: Result[] = rows.map(({ case: name, ours, peer, ratio }) => ({
    case: name,
    ours,
    peer,
    ratio,
  }));
  if (values.json) console.log(JSON.stringify(results));
}

async function measured(
  { name, unit, prepare }: Case,
  settings: Settings,
  repeats: number,
): Promise<Row> {
  await using contest = await prepare(settings);
  const ours: Spent[] = [], peer: Spent[] = [];
  await spent(contest.ours);
  await contest.peer();
  for (let turn = 0; turn < repeats; turn++) {
    ours.push(await spent(contest.ours));
    peer.push(await contest.peer());
  }
  const least = (turns: Spent[], clock: keyof Spent) => Math.min(...turns.map((t) => t[clock]));
  const shown = (seconds: number) =>
    unit === "ms" ? 1000 * seconds / contest.amount : contest.amount / seconds;
  const [a, b] = [ours, peer].map((turns) => least(turns, "seconds"));
  return {
    case: name,
    ours: shown(a),
    peer: shown(b),
    ratio: b / a,
    unit,
    cpuRatio: least(peer, "cpuSeconds") / least(ours, "cpuSeconds"),
    notes: contest.notes,
  };
}

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ case: name, ours, peer, unit, ratio, cpuRatio, notes }) => [
    name,
    `${padded(ours).trim()} ${unit}`,
    `${padded(peer).trim()} ${unit}`,
    ratio.toFixed(2),
    cpuRatio.toFixed(2),
    notes.join("; "),
  ]);
  const head = ["case", "Emend", "peer", "times faster by the clock", "by processor time", "notes"];
  const rule = ["---", "---:", "---:", "---:", "---:", "---"];
  return [head, rule, ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

async function spent(turn: () => Promise<unknown>): Promise<Spent> {
  const start = performance.now(), before = cpuUsage();
  await turn();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = cpuUsage(before);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

const padded = (x: number) => x.toFixed(x < 100 ? 1 : 0).padStart(8);
