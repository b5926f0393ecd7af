/** Rows of TACO, APPS or CodeContests as tasks, and why the others were dropped: arXiv 2502.03492, section 4.1. */

import { codeContestsTests, secondsOf } from "../tasks.ts";
import { type PreparedTests, testsOf } from "./tests.ts";

/** A row of what comes out. */
export interface PreparedRow {
  /** The raw row's. */
  task_id: string;
  /** The statement. */
  problem: string;
  /** JSON: whole programs' tests, or assertions. */
  tests: string;
  /** The function that assertions call. */
  fn_name: string | null;
  /** Seconds, where the data says. */
  time_limit: number | null;
}

/** A row as it was read, or why it could not be; its name is `file/index`, counted from 0. */
export type RawRow = { id: string } & ({ values: Record<string, unknown> } | { error: string });

/** Why rows are dropped, in the order in which it is looked at. */
export const REASONS = [
  "unreadable",
  "no tests",
  "markup in the text",
  "too short",
  "too long",
  "in the excluded set",
  "duplicate",
] as const;

/** One of {@linkcode REASONS}. */
export type Reason = typeof REASONS[number];

/** What {@linkcode prepare} takes besides rows. */
export interface PrepareOptions {
  /** Tokens of a text, where lengths are looked at: for training data. */
  count?: (text: string) => number;
  /** Statements that must not be trained on: CodeContests' test set. */
  excluded?: ReadonlySet<string>;
}

/** What was kept and what was not. */
export interface Prepared {
  /** In the rows' order. */
  rows: PreparedRow[];
  /** How many were dropped why. */
  dropped: Record<Reason, number>;
  /** Rows that could not be read. */
  unreadable: { id: string; why: string }[];
  /** Rows in all. */
  total: number;
}

/** A file with more unreadable rows than this is not what it is taken for. */
const MOST_UNREADABLE = 0.05;
/** Tokens of a statement in training data, both excluded. */
const LENGTH = [64, 2048];

/**
 * Turns rows into tasks.
 *
 * @throws {Error} where more than 5% of the rows cannot be read
 */
export async function prepare(
  raw: AsyncIterable<RawRow> | Iterable<RawRow>,
  options: PrepareOptions,
): Promise<Prepared> {
  const dropped = Object.fromEntries(REASONS.map((reason) => [reason, 0])) as Record<
    Reason,
    number
  >;
  const found: Prepared = { rows: [], dropped, unreadable: [], total: 0 };
  const seen = new Set<string>();
  for await (const row of raw) {
    found.total++;
    const kept = taskOf(row, options, seen);
    if (typeof kept === "object" && "task_id" in kept) {
      found.rows.push(kept);
      continue;
    }
    if (typeof kept === "object") found.unreadable.push({ id: row.id, why: kept.why });
    dropped[typeof kept === "object" ? "unreadable" : kept]++;
  }
  if (found.unreadable.length > MOST_UNREADABLE * found.total) {
    const some = found.unreadable.slice(0, 5).map(({ id, why }) => `\n  row ${id}: ${why}`);
    throw new Error(
      `Cannot use the data: ${found.unreadable.length} of ${found.total} rows cannot be read, more ` +
        `than 5%. Is it TACO's, APPS' or CodeContests' format?${some.join("")}`,
    );
  }
  return found;
}

function taskOf(
  row: RawRow,
  { count, excluded }: PrepareOptions,
  seen: Set<string>,
): PreparedRow | Reason | { why: string } {
  if ("error" in row) return { why: row.error };
  const { values } = row;
  const text = values.question ?? values.description ?? values.problem;
  if (typeof text !== "string") return { why: "it has no text in question or description" };
  let tests: PreparedTests;
  try {
    tests = values.public_tests === undefined
      ? testsOf(values.input_output ?? "")
      : { tests: codeContestsTests(values), functionName: null };
  } catch (error) {
    return { why: (error as Error).message.split("\n")[0] };
  }
  const { functionName } = tests;
  if (tests.tests.length === 0) return "no tests";
  let problem = text.trim();
  if (problem.includes("<image>") || problem.includes("<span ")) return "markup in the text";
  const length = count?.(problem) ?? LENGTH[0] + 1;
  if (length <= LENGTH[0]) return "too short";
  if (length >= LENGTH[1]) return "too long";
  if (excluded?.has(problem)) return "in the excluded set";
  if (functionName !== null && !problem.includes(`${functionName}(`)) {
    problem += `\n\nYour code should pass this test:\n\`\`\`python\n${tests.tests[0]}\n\`\`\``;
  }
  if (seen.has(problem)) return "duplicate";
  seen.add(problem);
  return {
    task_id: row.id,
    problem,
    tests: JSON.stringify(tests.tests),
    fn_name: functionName,
    time_limit: secondsOf(values.time_limit),
  };
}
