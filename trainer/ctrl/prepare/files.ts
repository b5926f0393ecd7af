/** Reading rows one by one, so that one that is broken does not hide the others; writing tasks as Parquet. */

import { basename, extname } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { parseObject } from "../../data/jsonl.ts";
import { readRows } from "../../data/rows.ts";
import type { PreparedRow, RawRow } from "./prepare.ts";

/**
 * The rows of a Parquet or JSONL file.
 *
 * @throws {Error} where the file itself cannot be read
 */
export async function rawRows(path: string): Promise<RawRow[]> {
  if (!/\.(jsonl|ndjson)$/i.test(path)) return await readRows(path);
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new Error(`Cannot read ${path}: ${error.message}`, { cause: error });
  });
  return text.split("\n").filter((line) => line.trim() !== "").map((line, i) => {
    try {
      return { values: parseObject(line, `row ${i}`) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  });
}

/** The file's name without its ending. */
export function stem(path: string): string {
  return basename(path, extname(path));
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
