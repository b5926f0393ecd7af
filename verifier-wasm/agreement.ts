/**
 * Holds the verifier against files of labelled cases. As a program it prints every disagreement as Markdown:
 * `deno run --allow-read verifier-wasm/agreement.ts [FOLDER]`.
 */

import { parse, type Verdict, verify } from "./mod.ts";

/** Labelled cases that are not part of this repository. */
export const CASES = new URL("../../shared/verifier/", import.meta.url);

/** The files of pairs, in the order of the list. */
export const FILES = ["cases", "responses", "golds-rewrites", "golds-neg", "adversarial"];

/** A pair with what is expected of it; null where that is a matter of policy. */
export interface Case {
  id: string;
  kind: string;
  gold: string;
  pred: string;
  form?: string;
  expected: boolean | null;
  /** What is mathematically right, where the label is not. */
  sound_expected?: boolean;
  /** Why the label is disputed. */
  dispute?: string;
  /** Of a negative: whether it is `certain`. */
  label?: string;
}

/** A case, judged. */
export interface Judged {
  row: Case;
  expected: boolean;
  verdict: Verdict;
  milliseconds: number;
}

/** The rows of a file. */
export function rows<Row = Case>(name: string, folder: URL = CASES): Row[] {
  const text = Deno.readTextFileSync(new URL(`${name}.jsonl`, folder));
  return text.trim().split("\n").map((line) => JSON.parse(line) as Row);
}

/** Judges the pairs of a file that have a label. */
export function judged(name: string, folder: URL = CASES): Judged[] {
  return rows(name, folder).flatMap((row) => {
    const expected = row.sound_expected ?? row.expected ?? null;
    if (expected === null || typeof row.gold !== "string" || typeof row.pred !== "string") {
      return [];
    }
    const letters = /^(string|.*letters)$/i.test(row.form ?? "");
    const start = performance.now();
    const verdict = verify(row.gold, row.pred, letters ? { form: "letters" } : {});
    return [{ row, expected, verdict, milliseconds: performance.now() - start }];
  });
}

/** Whether a verdict says otherwise than the label. */
export function disagrees({ verdict, expected }: Judged): boolean {
  return (verdict.outcome === "equal") !== expected;
}

/** The kind of value that a gold answer is read as; null where it cannot be read. */
export function kindOf(gold: string): string | null {
  const parsed = parse(gold);
  return "error" in parsed ? null : parsed.kind;
}

/** Text as one cell of a table. */
function cell(text: string | null): string {
  if (text === null) return "–";
  const short = text.length > 120 ? `${text.slice(0, 50)} … ${text.slice(-60)}` : text;
  const ticks = short.includes("`") ? "``" : "`";
  const line = JSON.stringify(short).slice(1, -1).replaceAll("\\\\", "\\").replaceAll("|", "\\|");
  return `${ticks} ${line} ${ticks}`;
}

function list(name: string, all: Judged[]): string {
  const wrong = all.filter(disagrees);
  const share = (100 * (all.length - wrong.length) / all.length).toFixed(2);
  const head = `## ${name}: ${wrong.length} of ${all.length} (${share} % agree)\n\n`;
  const columns = "| case | kind | expected | verdict | gold | answer | reason given |\n" +
    "| --- | --- | --- | --- | --- | --- | --- |\n";
  const lines = wrong.map(({ row, expected, verdict }) =>
    `| ${
      [
        row.id,
        row.kind ?? "",
        (expected ? "equal" : "not equal") + (row.dispute ? ` (${row.dispute})` : ""),
        verdict.outcome,
        cell(row.gold),
        cell(verdict.extracted ?? row.pred),
        cell(verdict.reason),
      ].join(" | ")
    } |\n`
  );
  return head + (wrong.length > 0 ? columns + lines.join("") + "\n" : "");
}

if (import.meta.main) {
  const folder = Deno.args[0] ? new URL(`file://${Deno.realPathSync(Deno.args[0])}/`) : CASES;
  for (const name of FILES) console.log(list(name, judged(name, folder)));
}
