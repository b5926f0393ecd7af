/** Files to problems: read, recognised, and every gold answer checked before the first step. */

import type { Problem } from "./problem.ts";
import { readRows } from "./rows.ts";
import { type ColumnKeys, problemOf } from "./schema.ts";

/** What {@linkcode loadProblems} takes besides files and columns. */
export interface LoadOptions {
  /** Why the verifier cannot parse a gold answer, or null if it can. */
  checkGold?: (gold: string) => string | null;
  /** Whether such an answer is an error or its row is left out; default `"error"`. */
  unparsableGold?: "error" | "drop";
  /** The most problems, taken at even distances so that every source keeps its share; -1: all. */
  maxSamples?: number;
}

/** A gold answer that the verifier cannot parse. */
export interface UnparsableGold {
  /** File and row. */
  at: string;
  /** Its column. */
  column: string;
  /** The answer as it stands there. */
  gold: string;
  /** The verifier's reason. */
  reason: string;
}

/** The problems of some files. */
export interface LoadedProblems {
  /** In the order of files and rows. */
  problems: Problem[];
  /** Rows left out under `unparsableGold: "drop"`. */
  dropped: UnparsableGold[];
}

/**
 * Loads the problems of Parquet and JSONL files. An id is `file:row`, so it is the same whichever other
 * files are loaded and however many samples are taken.
 *
 * @throws where a file, a row or (unless dropped) a gold answer cannot be used: which, why and what to do
 */
export async function loadProblems(
  files: readonly string[],
  keys: ColumnKeys,
  options: LoadOptions = {},
): Promise<LoadedProblems> {
  const { checkGold = () => null, unparsableGold = "error", maxSamples = -1 } = options;
  const names = namesOf(files);
  const problems: Problem[] = [], unparsable: UnparsableGold[] = [];
  for (const [index, file] of files.entries()) {
    for (const row of await readRows(file)) {
      const { problem, goldColumn } = problemOf(row, keys, names[index]);
      const gold = problem.groundTruth;
      const reason = gold === ""
        ? `there is none; the row has ${Object.keys(row.values).join(", ")}`
        : checkGold(gold);
      if (reason === null) problems.push(problem);
      else unparsable.push({ at: row.at, column: goldColumn, gold, reason });
    }
  }
  if (unparsable.length > 0 && (unparsableGold === "error" || problems.length === 0)) {
    throw new Error(describe(unparsable));
  }
  return { problems: atEvenDistances(problems, maxSamples), dropped: unparsable };
}

/** The file's own name; its whole path where two files share one. */
function namesOf(files: readonly string[]): string[] {
  const names = files.map((file) => file.split("/").pop()!);
  return files.map((file, i) => {
    if (files.indexOf(file) !== i) throw new Error(`Cannot load ${file} twice: it is listed twice`);
    return names.filter((name) => name === names[i]).length > 1 ? file : names[i];
  });
}

/** `count` of the items, at even distances; all of them where there are no more, or where `count` is -1. */
export function atEvenDistances<T>(items: T[], count: number): T[] {
  if (count < 0 || count >= items.length) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor(i * items.length / count)]);
}

function describe(unparsable: UnparsableGold[]): string {
  const shown = unparsable.slice(0, 5).map(({ at, column, gold, reason }) => {
    const text = gold.length > 80 ? `${gold.slice(0, 80)}...` : gold;
    return `\n  ${at}, column "${column}": ${JSON.stringify(text)}: ${reason}`;
  });
  const more = unparsable.length - shown.length;
  return `Cannot verify against ${unparsable.length} gold answer${
    unparsable.length > 1 ? "s" : ""
  }:` +
    shown.join("") + (more > 0 ? `\n  and ${more} more` : "") +
    `\nCorrect them, or set data.unparsable_gold=drop to train without these rows`;
}
