/** What a run or an evaluation says of each problem: how many answers, and how many of them right. */

import { join } from "node:path";
import { readRows } from "../data/rows.ts";
import { readIdentity, readResponses } from "../eval/response_log.ts";
import { isRight } from "../eval/results.ts";
import { isCorrect } from "../reward/reward.ts";
import { RunFolder, stepOf } from "../run/folder.ts";

/** The answers to one problem. */
export interface Outcome {
  /** The data set that it belongs to. */
  source: string;
  /** Answers. */
  count: number;
  /** Those that are right. */
  right: number;
}

/** A folder's problems by their question; copies of one are one problem with more answers. */
export interface Outcomes {
  /** The folder. */
  folder: string;
  /** What was read, in words. */
  what: string;
  /** By question. */
  problems: Map<string, Outcome>;
}

/**
 * Reads an evaluation's responses, or the answers of a run's last validation.
 *
 * @throws where the folder is neither, or is not finished
 */
export async function readOutcomes(folder: string): Promise<Outcomes> {
  if (await readIdentity(folder)) return await ofEvaluation(folder);
  const run = new RunFolder(folder);
  const validations = await names(run.validations);
  const last = validations.filter((name) => stepOf(name) !== null).sort().at(-1);
  if (last) return await ofValidation(run, last);
  if ((await names(folder)).includes("metrics.jsonl")) {
    throw new Error(
      `The run ${folder} keeps no validation answers. Evaluate it on some problems, ` +
        `deno task eval benchmark=... model=${folder}, and compare the folders that this names`,
    );
  }
  throw new Error(
    `Cannot compare ${folder}: it is neither a run (deno task train) nor an evaluation (deno task eval)`,
  );
}

async function ofEvaluation(folder: string): Promise<Outcomes> {
  const text = await Deno.readTextFile(join(folder, "results.json")).catch(() => null);
  if (text === null) {
    throw new Error(`The evaluation ${folder} is not finished: type its command again`);
  }
  const { k, benchmark, model } = JSON.parse(text);
  const problems = new Map<string, Outcome>();
  for (const record of (await readResponses(folder)).records) {
    if (record.sample < k) count(problems, record.question, record.source, isRight(record));
  }
  return { folder, what: `${benchmark}, ${model}`, problems };
}

async function ofValidation(run: RunFolder, name: string): Promise<Outcomes> {
  const problems = new Map<string, Outcome>();
  for (const { values } of await readRows(join(run.validations, name))) {
    const { question, source, answers } = values as unknown as ValidationRecord;
    for (const { reward } of answers) count(problems, question, source, isCorrect(reward));
  }
  return { folder: run.path, what: `held out, step ${stepOf(name)}`, problems };
}

/** What this reads of a line of `validations/step-….jsonl`. */
interface ValidationRecord {
  question: string;
  source: string;
  answers: { reward: number }[];
}

function count(
  problems: Map<string, Outcome>,
  question: string,
  source: string,
  right: boolean,
): void {
  const key = question.replace(/\s+/g, " ").trim();
  const outcome = problems.get(key) ?? { source, count: 0, right: 0 };
  outcome.count++;
  if (right) outcome.right++;
  problems.set(key, outcome);
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw error;
  }
}
