/**
 * Recognises a problem in a row. Two schemas meet in the wild, and mixtures of them:
 * flat (`prompt` is the question, `ground_truth` the answer) and verl's (`prompt` is a chat, the answer
 * stands in `reward_model.ground_truth`, `data_source` names the set).
 */

import { promptMessages, questionOf } from "./chat.ts";
import type { Message, Problem } from "./problem.ts";
import type { Row } from "./rows.ts";

/** The columns to look in: `config.data` has these names. */
export interface ColumnKeys {
  /** Question or chat: the first of these that is there; null: of those which data sets commonly use. */
  prompt_key: readonly string[] | null;
  /** Gold answer, null as above; where the column is missing, `reward_model.ground_truth` is. */
  ground_truth_key: readonly string[] | null;
  /** Worked solution; may be missing. */
  reference_key: string;
}

/** A problem, and where its gold answer was found. */
export interface Recognised {
  /** The problem. */
  problem: Problem;
  /** The column, dotted where it is nested. */
  goldColumn: string;
}

/** Columns that data sets keep the same thing in: taken where none is named, suggested where the named one is missing. */
const synonyms = {
  prompt_key: ["prompt", "question", "problem", "query", "input", "messages"],
  ground_truth_key: ["ground_truth", "answer", "final_answer", "gold", "target", "expected_answer"],
};

/**
 * Reads one row.
 *
 * @param name the file's name in ids and, without its ending, the source where no `data_source` says it
 * @throws where a column is missing or holds something else than it should
 */
export function problemOf(row: Row, keys: ColumnKeys, name: string): Recognised {
  const { values } = row;
  const promptColumn = columnOf(row, keys, "prompt_key");
  const messages = messagesOf(row, promptColumn, keys);
  const named = columnOf(row, keys, "ground_truth_key");
  const goldColumn = values[named] == null && inside(values.reward_model, "ground_truth") != null
    ? "reward_model.ground_truth"
    : named;
  const { groundTruth, working } = goldOf(row, goldColumn, keys);
  const reference = values[keys.reference_key] ?? working;
  const used = new Set([promptColumn, named, keys.reference_key, "data_source"]);
  const problem: Problem = {
    id: `${name}:${row.number}`,
    question: questionOf(messages),
    groundTruth,
    source: String(values.data_source ?? name.replace(/^.*\//, "").replace(/\.[^.]*$/, "")),
    messages,
    metadata: Object.fromEntries(Object.entries(values).filter(([column]) => !used.has(column))),
  };
  if (typeof reference === "string" && reference.trim() !== "") problem.reference = reference;
  return { problem, goldColumn };
}

function messagesOf(row: Row, column: string, keys: ColumnKeys): Message[] {
  const prompt = row.values[column];
  if (prompt == null) throw missing(row, column, keys, "prompt_key");
  if (typeof prompt === "string") {
    if (prompt.trim() === "") throw new Error(`Cannot use column "${column}" in ${row.at}: empty`);
    // A flat prompt may carry the instruction already; it is asked for once.
    return promptMessages(questionOf([{ role: "user", content: prompt }]));
  }
  const isMessage = (m: unknown) =>
    typeof inside(m, "role") === "string" && typeof inside(m, "content") === "string";
  if (!Array.isArray(prompt) || prompt.length === 0 || !prompt.every(isMessage)) {
    throw new Error(
      `Cannot read column "${column}" in ${row.at}: it must be text or a list of {role, content}`,
    );
  }
  const messages = prompt.map(({ role, content }: Message) => ({ role, content }));
  if (messages[messages.length - 1].role !== "user") {
    throw new Error(
      `Cannot use column "${column}" in ${row.at}: its last message is not the user's`,
    );
  }
  return messages;
}

/** The gold answer, empty where the row has none; and, as GSM8K writes it, the working before `#### 1,234`. */
function goldOf(
  row: Row,
  column: string,
  keys: ColumnKeys,
): { groundTruth: string; working?: string } {
  let value = column.split(".").reduce<unknown>(inside, row.values);
  // Several parts are one answer: all of them.
  if (isTexts(value)) value = value.join(", ");
  if (value == null && !(column in row.values)) {
    throw missing(row, column, keys, "ground_truth_key");
  }
  value ??= ""; // A row of its own without an answer is no reason to look for another column.
  if (typeof value !== "string" && typeof value !== "number") {
    throw new Error(
      `Cannot read column "${column}" in ${row.at}: a gold answer is text or a number, not ` +
        JSON.stringify(value),
    );
  }
  const text = String(value).trim(), mark = text.lastIndexOf("####");
  if (mark < 0) return { groundTruth: text };
  // Thousands are set apart by commas there, which elsewhere separate the items of a list.
  const groundTruth = text.slice(mark + 4).trim().replace(/(?<=\d),(?=\d{3}(?!\d))/g, "");
  return { groundTruth, working: text.slice(0, mark).trim() };
}

function isTexts(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.length > 0 &&
    value.every((part) => typeof part === "string" || typeof part === "number");
}

type Key = keyof typeof synonyms;

function missing(row: Row, column: string, keys: ColumnKeys, key: Key): Error {
  const columns = Object.keys(row.values);
  const what = columns.includes(column) ? "it is empty there; the row" : "it";
  const advice = [advise(row, keys, key)];
  // Where the question's column has another name, the answer's often has too.
  const gold = row.values[columnOf(row, keys, "ground_truth_key")];
  if (key === "prompt_key" && gold == null && common(row, "ground_truth_key")) {
    advice.push(advise(row, keys, "ground_truth_key"));
  }
  return new Error(
    `Cannot read column "${column}" in ${row.at}: ${what} has ${
      columns.join(", ") || "no columns"
    }. ` +
      `Set ${advice.join(" and ")}`,
  );
}

/** Names set for another file stay: a run's files may have different columns. */
function advise(row: Row, keys: ColumnKeys, key: Key): string {
  const own = (keys[key] ?? []).filter((name) => name !== synonyms[key][0]);
  const guess = common(row, key) ?? "...";
  return `data.${key}=${own.length > 0 ? `[${[...own, guess].join(",")}]` : guess}`;
}

/** The column that a row is read from; where it has none, the one that was looked for first. */
function columnOf(row: Row, keys: ColumnKeys, key: Key): string {
  const names = keys[key] ?? synonyms[key];
  return names.find((name) => row.values[name] != null) ?? names[0];
}

/** The first of the common columns in which the row has anything. */
function common({ values }: Row, key: Key): string | undefined {
  return synonyms[key].find((name) => values[name] != null);
}

function inside(value: unknown, field: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[field];
}
