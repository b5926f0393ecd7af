/**
 * The verifier beside Math-Verify on labelled cases: the same rows in one run, in turns of a few rows each, so that
 * whatever else the machine does falls on both.
 *
 * Math-Verify gets each side as it wants it (`mv_gold`, `mv_pred`: in dollars, in a box) and the settings of the suite
 * that a case comes from; Emend gets the texts as they are. Time is from two texts to a verdict.
 */

import { cpus } from "node:os";
import { type Verdict, verify } from "../verifier-wasm/mod.ts";
import { command, count } from "./command.ts";
import { type Libraries, Peer } from "./peer.ts";
import { accuracies, type Judged, quantile, speeds, summarized } from "./verifier_report.ts";

const LIBRARIES: Libraries = {
  requirements: "verifier_requirements.txt",
  venv: ".venv-verifier",
  size: "70 MB",
};
/** Seconds that Math-Verify gives itself for a side and for a comparison: whole ones, its own default is 5. */
const TIMEOUT = 2;
/** Seconds after which it has hung beyond its own timeout. */
const HUNG = 4 * TIMEOUT;
/** Times that Emend judges all rows beforehand: V8 optimizes a function when it has run often. */
const PASSES = 5;
/** Rows in a turn. */
const TURN = 20;
const FILES = ["responses", "cases", "golds-rewrites", "golds-neg", "golds", "adversarial"];

interface Row {
  gold: string;
  pred: string;
  expected: boolean;
  /** What is measured together: a file, or the hard pairs of one. */
  group: string;
  kind: string;
  form?: string;
  forPeer: { gold: string; pred: string; config: Record<string, unknown> };
}

/** The labelled rows of a file, at most `most` of them, evenly spread. */
async function rows(folder: string, name: string, most: number): Promise<Row[]> {
  const text = await Deno.readTextFile(`${folder}/${name}.jsonl`);
  const all = text.trim().split("\n").map((line) => row(JSON.parse(line), name));
  const labelled = all.filter((row) => row !== null);
  const step = Math.max(1, labelled.length / most);
  return Array.from(
    { length: Math.min(most, labelled.length) },
    (_, i) => labelled[Math.floor(i * step)],
  );
}

// deno-lint-ignore no-explicit-any -- the files have fields of their own
function row(raw: any, name: string): Row | null {
  const [gold, pred] = name === "golds" ? [raw.answer, raw.answer] : [raw.gold, raw.pred];
  const expected = name === "golds" ? true : raw.sound_expected ?? raw.expected ?? null;
  if (expected === null || typeof gold !== "string" || typeof pred !== "string") return null;
  const hard = String(raw.source ?? "").includes("HardVerify");
  return {
    gold,
    pred,
    expected,
    group: name === "cases" && hard ? "cases: hard pairs" : name,
    kind: raw.kind ?? raw.category ?? "all",
    form: raw.form,
    forPeer: {
      gold: raw.mv_gold ?? (name === "golds" ? `$${gold}$` : gold),
      pred: raw.mv_pred ?? (name === "golds" ? `$\\boxed{${pred}}$` : pred),
      config: raw.config ?? {},
    },
  };
}

interface PeerVerdict {
  accepted: boolean;
  timedOut: boolean;
  seconds: number;
}

/** Math-Verify, replaced where it hangs beyond its own timeout. */
class MathVerify implements AsyncDisposable {
  #peer: Peer | undefined;

  async judge({ forPeer }: Row): Promise<PeerVerdict> {
    const peer = this.#peer ??= await Peer.start("verifier_peer.py", LIBRARIES);
    const { promise: hung, resolve } = Promise.withResolvers<PeerVerdict>();
    const timer = setTimeout(
      () => resolve({ accepted: false, timedOut: true, seconds: HUNG }),
      1000 * HUNG,
    );
    const asked = peer.ask<PeerVerdict>({ do: "judge", ...forPeer, timeout: TIMEOUT });
    const verdict = await Promise.race([asked, hung]);
    clearTimeout(timer);
    if (verdict.seconds === HUNG) {
      asked.catch(() => {});
      peer.kill();
      this.#peer = undefined;
    }
    return verdict;
  }

  async versions(): Promise<Record<string, string>> {
    this.#peer ??= await Peer.start("verifier_peer.py", LIBRARIES);
    return await this.#peer.ask({ do: "versions" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer?.[Symbol.asyncDispose]();
  }
}

function ours({ gold, pred, form }: Row): { verdict: Verdict; seconds: number } {
  const letters = /^(string|.*letters)$/i.test(form ?? "");
  const start = performance.now();
  const verdict = verify(gold, pred, letters ? { form: "letters" } : {});
  return { verdict, seconds: (performance.now() - start) / 1000 };
}

const USAGE =
  `The verifier beside Math-Verify on labelled cases, in turns. Writes bench/results/verifier.md.

  deno task bench:verifier [options]

  --cases FOLDER    of the labelled cases: ${FILES.map((name) => `${name}.jsonl`).join(", ")}
  --rows N          of each file; default 500
  --json            print [{"case", "ours", "peer", "ratio"}], in checks a second

EMEND_PYTHON names an interpreter that has Math-Verify; without it one is installed into bench/.venv-verifier.`;

async function main(values: { cases: string; rows: string; json: boolean }): Promise<void> {
  const most = count("rows", values.rows);
  const say = values.json ? console.error : console.log;
  const chosen: Row[] = [];
  for (const name of FILES) {
    const some = await rows(values.cases, name, most).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(
        `Cannot measure: there is no ${name}.jsonl in ${values.cases}; ` +
          `name the folder of the labelled cases with --cases FOLDER`,
      );
    });
    chosen.push(...some);
  }

  await using peer = new MathVerify();
  const versions = await peer.versions();
  const judged: Judged[] = [];
  // Not counted: what is loaded and compiled late. Emend remembers no texts, so it may see all of them; Math-Verify does.
  for (let pass = 0; pass < PASSES; pass++) chosen.forEach(ours);
  for (const row of chosen.slice(0, TURN)) await peer.judge(row);
  for (let from = 0; from < chosen.length; from += TURN) {
    const turn = chosen.slice(from, from + TURN);
    // Not counted, here as below: the first call finds caches that the other side has filled.
    ours(chosen[0]);
    const mine = turn.map(ours);
    await peer.judge(chosen[0]);
    for (const [i, row] of turn.entries()) {
      const theirs = await peer.judge(row);
      judged.push({
        group: row.group,
        kind: row.kind,
        expected: row.expected,
        ours: {
          accepted: mine[i].verdict.outcome === "equal",
          gaveUp: mine[i].verdict.outcome === "gave_up",
          seconds: mine[i].seconds,
        },
        peer: { accepted: theirs.accepted, gaveUp: theirs.timedOut, seconds: theirs.seconds },
      });
    }
    if (from % 200 === 0) console.error(`${from} of ${chosen.length}`);
  }

  const machine = `${cpus()[0]?.model ?? "?"}, Deno ${Deno.version.deno}, ` +
    Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  const report = `# The verifier beside Math-Verify

\`deno task bench:verifier --rows ${most}\`: ${judged.length} rows, each judged by both in turns of ${TURN}, in one process each, on
${machine}.
Before that, uncounted, Emend judges all rows ${PASSES} times (it compiles while it runs and keeps no results) and Math-Verify the first ${TURN}.
Each turn begins, for both, with a row that is not counted: it finds the processor's caches full of what the other side needs.
Math-Verify has ${TIMEOUT} s for each side and for the comparison; "gave up" is its timeouts and our outcome of that name.

## Speed, from two texts to a verdict

${speeds(judged)}
## Accuracy

${accuracies(judged)}`;
  await Deno.writeTextFile(new URL("results/verifier.md", import.meta.url), report);
  say(report);
  if (values.json) console.log(JSON.stringify(summarized(judged)));
  const slowest = quantile(judged.map(({ ours }) => ours.seconds), 1);
  say(`Emend's slowest call took ${(1000 * slowest).toFixed(1)} ms.`);
}

if (import.meta.main) {
  await command(USAGE, {
    cases: {
      type: "string",
      default: new URL("../../shared/verifier", import.meta.url).pathname,
    },
    rows: { type: "string", default: "500" },
    json: { type: "boolean", default: false },
  }, main);
}
