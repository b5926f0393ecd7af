/** `deno task verify`: judges answers from a file or standard input, one a line, in order and as they come. */

import { parseArgs } from "node:util";
import { type Outcome, type Verdict, verify } from "./mod.ts";

const USAGE = `Judges answers to mathematical questions.

  deno task verify [--summary] [FILE.jsonl]

Each line, of FILE or of standard input, is {"gold": TEXT, "pred": TEXT}; pred is a bare answer or a whole response.
"form": "letters" says that both name a choice; other forms need no telling. Blank lines are passed over.

Each line gives a line: {"outcome": "equal" | "different" | "unparsable" | "gave_up", "extracted", "goldParsed",
"answerParsed", "reason"}, or {"line": NUMBER, "error": TEXT} where it is malformed. After a malformed line the rest is
judged all the same, and the exit code is 1.

  --summary   after the verdicts, a line {"summary": ...} with the count of each outcome and of errors
  --help      this text`;

/** Characters that act on a terminal or hide in it and that JSON leaves as they are. */
const HIDDEN =
  /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** JSON on one line that a terminal can show. */
function json(value: unknown): string {
  return JSON.stringify(value).replace(
    HIDDEN,
    (hidden) => hidden.split("").map((unit) => `\\u${hex(unit)}`).join(""),
  );
}

const hex = (unit: string) => unit.charCodeAt(0).toString(16).padStart(4, "0");

/** What is malformed about a line. */
class Malformed extends Error {}

function judge(line: string): Verdict {
  let row;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw new Malformed(`Cannot parse the line as JSON: ${(error as Error).message}`);
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new Malformed("Cannot judge the line: it must be an object with gold and pred");
  }
  for (const key of ["gold", "pred"]) {
    if (typeof row[key] !== "string") {
      throw new Malformed(`Cannot judge the line: "${key}" must be a text`);
    }
  }
  const letters = /^(string|.*letters)$/i.test(String(row.form));
  return verify(row.gold, row.pred, letters ? { form: "letters" } : {});
}

/** The lines of a stream, a list for each of its chunks. */
async function* lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const chunk of stream) {
    const [first, ...rest] = decoder.decode(chunk, { stream: true }).split("\n");
    parts.push(first);
    if (rest.length === 0) continue;
    const last = rest.pop()!;
    yield [parts.join(""), ...rest];
    parts = [last];
  }
  yield [parts.join("") + decoder.decode()];
}

/** Writes all of a text. */
function write(text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h" }, summary: { type: "boolean" } },
  });
  if (values.help) {
    write(`${USAGE}\n`);
    return 0;
  }
  if (positionals.length > 1) throw new Error("Cannot judge several files: give one");
  const input = positionals.length === 0 ? Deno.stdin : await Deno.open(positionals[0]);
  const counts: Record<Outcome | "error", number> = {
    equal: 0,
    different: 0,
    unparsable: 0,
    gave_up: 0,
    error: 0,
  };
  let number = 0;
  const answer = (line: string): string => {
    number++;
    if (line.trim() === "") return "";
    try {
      const verdict = judge(line);
      counts[verdict.outcome]++;
      return json(verdict) + "\n";
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      counts.error++;
      return json({ line: number, error: error.message }) + "\n";
    }
  };
  for await (const some of lines(input.readable)) write(some.map(answer).join(""));
  if (values.summary) write(json({ summary: counts }) + "\n");
  return counts.error > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    // Whoever read the verdicts has enough of them.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
    console.error(json((error as Error).message.split(". ")[0]).slice(1, -1));
    Deno.exit(1);
  }
}
