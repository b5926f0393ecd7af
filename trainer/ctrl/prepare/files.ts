/** Reading rows one by one, so that one that is broken does not hide the others; writing tasks as Parquet. */

import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { basename, extname } from "node:path";
import { createInterface } from "node:readline/promises";
import { parquetWriteBuffer } from "hyparquet-writer";
import { parseObject } from "../../data/jsonl.ts";
import { readParquet } from "../../data/parquet.ts";
import { readRows } from "../../data/rows.ts";
import type { PreparedRow, RawRow } from "./prepare.ts";

/** The columns that are looked at; what else such files have, most of all solutions, is gigabytes. */
const COLUMNS = ["question", "description", "problem", "input_output", "time_limit"]
  .concat(["public_tests", "private_tests", "generated_tests"]);

/**
 * The rows of Parquet and JSONL files, one file after the other.
 *
 * @throws {Error} where a file itself cannot be read
 */
export async function* rawRows(paths: readonly string[]): AsyncGenerator<RawRow> {
  for (const path of paths) {
    const id = (index: number) => `${basename(path, extname(path))}/${index}`;
    if (/\.parquet$/i.test(path)) {
      const rows = await readParquet(path, COLUMNS);
      for (const [index, { values }] of rows.entries()) yield { id: id(index), values };
    } else if (/\.(jsonl|ndjson)$/i.test(path)) {
      let index = 0;
      for await (const line of linesOf(path)) yield { id: id(index++), ...parsed(line) };
    } else {
      throw new Error(`Cannot read ${path}: its name must end in .parquet, .jsonl, .ndjson`);
    }
  }
}

/** The lines that are not blank, each as its bytes: one that is not UTF-8 hides no other. */
async function* linesOf(path: string): AsyncGenerator<Uint8Array> {
  const input = createReadStream(path, { encoding: "latin1" });
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line.trim() !== "") yield Buffer.from(line, "latin1");
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : message;
    throw new Error(`Cannot read ${path}: ${why}`, { cause: error });
  }
}

function parsed(line: Uint8Array): { values: Record<string, unknown> } | { error: string } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(line);
  } catch {
    return { error: "it is not UTF-8 text" };
  }
  try {
    return { values: parseObject(text, "the line") };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** The statements of a benchmark, whichever of its formats it has. */
export async function statementsOf(path: string): Promise<Set<string>> {
  const rows = await readRows(path);
  return new Set(rows.map(({ values: { description, content, question, problem }, at }) => {
    const text = description ?? content ?? question ?? problem;
    if (typeof text === "string") return text.trim();
    throw new Error(`Cannot use ${at}: it has no description, content, question or problem`);
  }));
}

/** Writes tasks, whole or not at all. */
export async function writePrepared(path: string, rows: readonly PreparedRow[]): Promise<void> {
  const column = (name: keyof PreparedRow) => rows.map((row) => row[name]);
  const text = (name: keyof PreparedRow, nullable = false) => ({
    name,
    data: column(name),
    type: "STRING" as const,
    nullable,
  });
  const bytes = parquetWriteBuffer({
    columnData: [
      text("task_id"),
      text("problem"),
      text("tests"),
      text("fn_name", true),
      { name: "time_limit", data: column("time_limit"), type: "DOUBLE", nullable: true },
    ],
  });
  await Deno.writeFile(`${path}.tmp`, new Uint8Array(bytes));
  await Deno.rename(`${path}.tmp`, path);
}
