/** JSON Lines: one object a line; blank lines are skipped. */

import type { Row } from "./rows.ts";

/**
 * Reads a JSONL file.
 *
 * @throws on text that is not UTF-8, and on a line that is no JSON object, with its number
 */
export async function readJsonl(path: string): Promise<Row[]> {
  const bytes = await Deno.readFile(path);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error(`Cannot read ${path}: it is not UTF-8 text`, { cause: error });
  }
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const number = index + 1, at = `${path}, line ${number}`;
    return [{ number, at, values: parseObject(line, at) }];
  });
}

/** A line as an object. @throws {Error} that names where it stands */
export function parseObject(line: string, at: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line, keepDigits as (key: string, value: unknown) => unknown);
  } catch (error) {
    throw new Error(`Cannot parse ${at}: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const kind = Array.isArray(value) ? "a list" : "no object";
    throw new Error(`Cannot use ${at}: it is ${kind}; JSONL holds one {...} a line`);
  }
  return value as Record<string, unknown>;
}

/** A gold answer of twenty digits would lose its last ones as a number; it stays text. */
function keepDigits(_key: string, value: unknown, context: { source?: string }): unknown {
  const rounded = typeof value === "number" && Number.isInteger(value) &&
    !Number.isSafeInteger(value);
  return rounded ? context.source : value;
}
