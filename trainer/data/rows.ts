/** Rows of a file, whatever its format. */

import { readJsonl } from "./jsonl.ts";
import { readParquet } from "./parquet.ts";

/** One row: plain JSON-like values by column. */
export interface Row {
  /** Counted from 1; in JSONL, the line. */
  number: number;
  /** File and row, in words, for errors. */
  at: string;
  /** Strings, finite numbers, booleans, null, lists and objects of these. */
  values: Record<string, unknown>;
}

const readers: Readonly<Record<string, (path: string) => Promise<Row[]>>> = {
  parquet: readParquet,
  jsonl: readJsonl,
  ndjson: readJsonl,
};

/**
 * Reads all rows of a Parquet or JSONL file; the name's ending says which.
 *
 * @throws where the file is missing, unreadable, broken or has no rows
 */
export async function readRows(path: string): Promise<Row[]> {
  const reader = readers[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
  if (!reader) {
    throw new Error(
      `Cannot read ${path}: its name must end in .${Object.keys(readers).join(", .")}`,
    );
  }
  let bytes: number;
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw new Error("it is no file");
    bytes = size;
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    throw new Error(
      `Cannot read ${path}: ${missing ? "there is no such file" : (error as Error).message}`,
      { cause: error },
    );
  }
  const rows = bytes > 0 ? await reader(path) : [];
  if (rows.length === 0) throw new Error(`Cannot use ${path}: it has no rows`);
  return rows;
}
