/** Prompts and responses from files to token ids. */

import type { TokenRow } from "../../../gpu/model/mod.ts";
import type { Message } from "../../data/problem.ts";
import { readRows, type Row } from "../../data/rows.ts";
import type { Tokenizer } from "../../data/tokenizer.ts";

/** Where to look and what fits. */
export interface SftColumns {
  /** Text, or a chat as {role, content} items; of several the first that a row has. */
  promptKey: readonly string[];
  /** Text. */
  responseKey: string;
  /** Tokens of a prompt, at most. */
  maxPromptLength: number;
  /** Tokens of a response with its end token, at most. */
  maxResponseLength: number;
}

/** The rows of some files. */
export interface SftData {
  /** In the order of files and rows. */
  rows: TokenRow[];
  /** Rows that were left out, by reason. */
  dropped: Record<"empty response" | "prompt too long" | "response too long", number>;
}

/**
 * Reads Parquet and JSONL files.
 *
 * @throws where a file or a row cannot be used, or no row is left
 */
export async function loadSft(
  files: readonly string[],
  columns: SftColumns,
  tokenizer: Tokenizer,
): Promise<SftData> {
  const rows: TokenRow[] = [];
  const dropped = { "empty response": 0, "prompt too long": 0, "response too long": 0 };
  for (const file of files) {
    for (const row of await readRows(file)) {
      const prompt = tokenizer.encodeChat(chatOf(row, columns.promptKey));
      const text = row.values[columns.responseKey];
      if (typeof text !== "string") {
        throw missing(row, columns.responseKey, "ctrl.sft.response_key");
      }
      const response = [...tokenizer.encode(text), tokenizer.eosIds[0]];
      if (text.trim() === "") dropped["empty response"]++;
      else if (prompt.length > columns.maxPromptLength) dropped["prompt too long"]++;
      else if (response.length > columns.maxResponseLength) dropped["response too long"]++;
      else rows.push({ prompt, response });
    }
  }
  if (files.length > 0 && rows.length === 0) {
    throw new Error(`No row of ${files.join(", ")} is left: ${describeDropped(dropped)}`);
  }
  return { rows, dropped };
}

/** `3 prompt too long, 1 empty response`; empty where nothing was dropped. */
export function describeDropped(dropped: SftData["dropped"]): string {
  return Object.entries(dropped).filter(([, n]) => n > 0).map(([why, n]) => `${n} ${why}`)
    .join(", ");
}

function chatOf(row: Row, names: readonly string[]): Message[] {
  const column = names.find((name) => row.values[name] != null) ?? names[0];
  const value = row.values[column];
  if (typeof value === "string") return [{ role: "user", content: value }];
  const isMessage = (m: unknown): m is Message =>
    typeof m === "object" && m !== null && "role" in m && "content" in m &&
    typeof m.role === "string" && typeof m.content === "string";
  if (Array.isArray(value) && value.length > 0 && value.every(isMessage)) {
    return value.map(({ role, content }) => ({ role, content }));
  }
  throw missing(row, column, "data.prompt_key");
}

function missing({ at, values }: Row, column: string, key: string): Error {
  return new Error(
    `Cannot read column "${column}" in ${at}: it must be text (or a chat, for a prompt); the row has ` +
      `${Object.keys(values).join(", ") || "no columns"}. Set ${key} to the right one`,
  );
}
