/** `rollouts/step-000010.jsonl`: one problem a line. */

import type { ProblemDigest, ProblemRecord } from "./formats.ts";

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
export async function readProblems(path: string): Promise<ProblemRecord[]> {
  const text = await Deno.readTextFile(path);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Characters of a question that a list has room for. */
const QUESTION = 240;

/** A problem on one line. */
export function problemDigest(record: ProblemRecord): ProblemDigest {
  const rewards = record.group.map((row) => row.reward);
  return {
    id: record.id,
    source: record.source,
    question: question(record).slice(0, QUESTION),
    outcomes: record.rollouts.map((rollout) => rollout.outcome),
    refined: record.refinements.map((refinement) => refinement.outcome),
    flat: rewards.every((reward) => reward === rewards[0]),
  };
}

/** What was asked: the last thing that the user said. */
export function question({ prompt }: Pick<ProblemRecord, "prompt">): string {
  return prompt.findLast((message) => message.role === "user")?.content ?? "";
}
