/**
 * Compares Emend with a peer on this machine, now: both are prepared and warmed up, then measured in turns (A B A B …)
 * so that whatever else the machine does falls on both; the best of each side's turns counts.
 */

import { parseArgs } from "node:util";
import { availableParallelism, loadavg } from "node:os";
import { cpuUsage } from "node:process";

/** What a turn cost. */
export interface Spent {
  /** On the wall's clock. */
  seconds: number;
  /** Of all threads together; on a machine with other work this is the steadier number. */
  cpuSeconds: number;
}

/** Both sides of a comparison, ready to be measured; disposed when it ends. */
export interface Contest extends AsyncDisposable {
  /** Steps or tokens of one turn. */
  amount: number;
  /** A turn of Emend's; the harness measures it. */
  ours(): Promise<unknown>;
  /** A turn of the peer's, measured by itself. */
  peer(): Promise<Spent>;
  /** What the reader should know: sizes, which of the peer's variants was fastest. */
  notes: string[];
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

/**
 * Runs the cases of a script: `[--json] [--threads N] [--repeats N] [--case TEXT]`.
 *
 * With `--json`, stdout gets exactly one array of {case, ours, peer, ratio}; everything else goes to stderr.
 */
export async function bench(
  versions: () => Promise<Record<string, string>>,
  cases: Case[],
): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      json: { type: "boolean", default: false },
      threads: { type: "string", default: String(availableParallelism()) },
      repeats: { type: "string", default: "5" },
      case: { type: "string", default: "" },
    },
  });
  const settings = { threads: count("threads", values.threads) };
  const repeats = count("repeats", values.repeats);
  const say = values.json ? console.error : console.log;

  say(
    `${settings.threads} of ${availableParallelism()} threads, load ${loadavg()[0].toFixed(1)}, ` +
      `best of ${repeats} turns; Emend on Deno ${Deno.version.deno}, peer ` +
      Object.entries(await versions()).map(([name, version]) => `${name} ${version}`).join(", "),
  );
  const results: Result[] = [];
  for (const { name, unit, prepare } of cases.filter((c) => c.name.includes(values.case))) {
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
    const cpuRatio = least(peer, "cpuSeconds") / least(ours, "cpuSeconds");
    results.push({ case: name, ours: shown(a), peer: shown(b), ratio: b / a });
    say(
      `${name.padEnd(20)} ours ${padded(shown(a))} ${unit}   peer ${padded(shown(b))} ${unit}   ` +
        `${(b / a).toFixed(2)}x by the clock, ${cpuRatio.toFixed(2)}x by processor time   ` +
        contest.notes.join("; "),
    );
  }
  if (values.json) console.log(JSON.stringify(results));
}

async function spent(turn: () => Promise<unknown>): Promise<Spent> {
  const start = performance.now(), before = cpuUsage();
  await turn();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = cpuUsage(before);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

function count(name: string, text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1) return n;
  throw new Error(`Cannot use --${name}=${text}: it must be a whole number from 1`);
}

const padded = (x: number) => x.toFixed(x < 100 ? 1 : 0).padStart(8);
