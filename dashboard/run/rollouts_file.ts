/** `rollouts/step-000010.jsonl`: one problem a line. */

import { isCriticRecord, type StepRecord, testOutcome } from "./critic_formats.ts";
import type { ProblemDigest } from "./formats.ts";

/** The file of a step. */
export function rolloutsName(step: number): string {
  return `step-${String(step).padStart(6, "0")}.jsonl`;
}

/** The steps whose rollouts are in a folder, rising. */
export async function rolloutSteps(folder: string): Promise<number[]> {
  const steps: number[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const match = /^step-(\d{6,})\.jsonl$/.exec(name);
    if (match) steps.push(Number(match[1]));
  }
  return steps.sort((a, b) => a - b);
}

/** Every problem of a step. */
export async function readProblems(path: string): Promise<StepRecord[]> {
  const text = await Deno.readTextFile(path);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Characters of a question that a list has room for. */
const QUESTION = 240;

/** A problem on one line. */
export function problemDigest(record: StepRecord): ProblemDigest {
  const critic = isCriticRecord(record), group = critic ? record.critiques : record.group;
  return {
    id: record.id,
    source: record.source,
    question: question(record).slice(0, QUESTION),
    outcomes: critic ? [testOutcome(record)] : record.rollouts.map((rollout) => rollout.outcome),
    refined: critic
      ? record.critiques.map(testOutcome)
      : record.refinements.map((refinement) => refinement.outcome),
    flat: group.every(({ reward }) => reward === group[0].reward),
  };
}

/** What was asked: the statement, or the last thing that the user said. */
export function question(record: StepRecord): string {
  if (isCriticRecord(record)) return record.problem;
  return record.prompt.findLast((message) => message.role === "user")?.content ?? "";
}
