/** From critiques to SFT rows: the prompt without the hint, the critique that was written with it. */

import type { Message } from "../../data/problem.ts";
import { deriveSeed, Random } from "../../seed.ts";
import { criticMessages, fenced } from "../prompts.ts";
import type { CodeTask } from "../tasks.ts";
import { keyOf, type SynthesisRecord } from "./record.ts";

/** A row for `ctrl:sft`. */
export interface SftRow {
  /** The task's name. */
  task_id: string;
  /** What the critic is asked, without the hint. */
  prompt: Message[];
  /** The critique. */
  response: string;
}

/** What is kept. */
export interface CleanOptions {
  /** Tokens of a prompt; where left out, lengths are not looked at. */
  count?: (prompt: readonly Message[]) => number;
  /** Keeps critiques whose revision fails too. */
  keepFailed: boolean;
  /** Drops critiques until as many are Correct for each Incorrect one as solutions are right for each wrong one. */
  balance: boolean;
  /** Keeps more than one row a task. */
  keepAll: boolean;
  /** Draws what balancing drops. */
  seed: number;
}

/** Why critiques are dropped, in the order in which it is looked at. */
export const REASONS = [
  "no hint",
  "no critique",
  "no judgment",
  "revision fails",
  "mentions the hint",
  "prompt too long",
  "balance",
  "more than one a task",
] as const;

/** What was kept and what was not. */
export interface Cleaned {
  /** In the records' order. */
  rows: SftRow[];
  /** How many were dropped why. */
  dropped: Record<typeof REASONS[number], number>;
}

/** Tokens of a prompt must be fewer: arXiv 2502.03492's code. */
const MOST_TOKENS = 2048;

/** Turns records into rows. */
export function clean(
  records: readonly SynthesisRecord[],
  tasks: readonly CodeTask[],
  { count, keepFailed, balance, keepAll, seed }: CleanOptions,
): Cleaned {
  const dropped = Object.fromEntries(REASONS.map((reason) => [reason, 0])) as Cleaned["dropped"];
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const promptOf = ({ task, code }: SynthesisRecord) =>
    criticMessages(byId.get(task)!.statement, fenced(code));
  let kept = [...records];
  const drop = (reason: typeof REASONS[number], is: (record: SynthesisRecord) => boolean) => {
    const left = kept.filter((record) => !is(record));
    dropped[reason] += kept.length - left.length;
    kept = left;
  };
  drop("no hint", ({ hint }) => hint === null);
  drop("no critique", ({ critique }) => critique === "");
  // Without a judgment a critique is worth nothing to RL, whatever else it says.
  drop("no judgment", ({ judgment }) => judgment === null);
  if (!keepFailed) drop("revision fails", ({ revised_passed }) => !revised_passed);
  drop("mentions the hint", ({ critique }) => /\bthe hint\b/i.test(critique));
  if (count) drop("prompt too long", (record) => count(promptOf(record)) >= MOST_TOKENS);
  if (balance) {
    const surplus = surplusOf(records, kept, seed);
    drop("balance", (record) => surplus.has(keyOf(record)));
  }
  if (!keepAll) {
    const seen = new Set<string>();
    drop("more than one a task", ({ task }) => seen.size === seen.add(task).size);
  }
  const rows = kept.map((record) => ({
    task_id: record.task,
    prompt: promptOf(record),
    response: record.critique,
  }));
  return { rows, dropped };
}

/** Critiques to drop, drawn from the judgment of which there are too many. */
function surplusOf(
  records: readonly SynthesisRecord[],
  kept: readonly SynthesisRecord[],
  seed: number,
): Set<string> {
  const right = records.filter((record) => record.passed).length;
  const wrong = records.length - right;
  const correct = kept.filter((record) => record.judgment === "Correct");
  const incorrect = kept.filter((record) => record.judgment === "Incorrect");
  // correct / incorrect is to be right / wrong; multiplied out, so that nothing is divided by zero.
  const tooMany = correct.length * wrong > incorrect.length * right;
  const [many, target] = tooMany
    ? [correct, wrong === 0 ? correct.length : Math.floor(incorrect.length * right / wrong)]
    : [incorrect, right === 0 ? incorrect.length : Math.floor(correct.length * wrong / right)];
  const shuffled = new Random(deriveSeed(seed, "balance")).shuffle([...many]);
  return new Set(shuffled.slice(target).map(keyOf));
}
