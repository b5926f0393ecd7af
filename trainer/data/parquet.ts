/** Parquet: any codec, nested columns; only plain values come out. */

import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Row } from "./rows.ts";

/**
 * Reads a Parquet file, column chunk by column chunk; the compressed bytes are never in memory as a whole.
 *
 * @param wanted reads only these of its columns, as far as it has them; the others may be gigabytes. @default all
 * @throws on a file that is truncated or otherwise broken
 */
export async function readParquet(path: string, wanted?: readonly string[]): Promise<Row[]> {
  let rows: Record<string, unknown>[];
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const has = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = wanted && has.filter((name) => wanted.includes(name));
    rows = await parquetReadObjects({ file, metadata, columns, compressors });
  } catch (error) {
    throw new Error(
      `Cannot read ${path}: it is truncated, damaged or no Parquet file ` +
        `(${(error as Error).message}). Copy it again`,
      { cause: error },
    );
  }
  return rows.map((values, index) => ({
    number: index + 1,
    at: `${path}, row ${index + 1}`,
    values: plain(values) as Record<string, unknown>,
  }));
}

/** 64-bit integers, dates, byte arrays and typed arrays as what JSON can hold. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value === undefined) return null;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value) || ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as ArrayLike<unknown>, plain);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
