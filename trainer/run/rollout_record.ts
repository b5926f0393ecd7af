/** A problem of a step as one line of `rollouts/step-….jsonl`: all that was written, scored, said and learned. */

import type { ProblemRecord, PromptedProblem, Scored } from "../step.ts";

/** The line, as a JSON value. */
export function rolloutRecord(record: ProblemRecord): Record<string, unknown> {
  const { problem, rollouts, critiques, refinements, selected, rows, advantages } = record;
  return {
    id: problem.id,
    source: problem.source,
    prompt: problem.messages,
    ground_truth: problem.groundTruth,
    rollouts: rollouts.map((rollout, i) => ({
      ...answer(rollout),
      critique: critiques[i]?.critique ?? null,
      critique_origin: critiques[i]?.origin ?? null,
    })),
    refinements: refinements.map((refinement, k) => ({
      ...answer(refinement),
      of: refinement.of,
      selected: selected.includes(k),
    })),
    group: rows.map((row, i) => ({
      // A row that is not a refinement is the rollout of the same place.
      refined: row.refined,
      rollout: row.refined ? null : i,
      reward: row.reward,
      advantage: advantages[i],
    })),
  };
}

/** A held-out problem as one line of `validations/step-….jsonl`. */
export function validationRecord(
  { problem, answers }: { problem: PromptedProblem; answers: Scored[] },
): Record<string, unknown> {
  return {
    id: problem.id,
    source: problem.source,
    question: problem.question,
    ground_truth: problem.groundTruth,
    answers: answers.map(answer),
  };
}

function answer({ text, finish, tokens, score }: Scored): Record<string, unknown> {
  return { text, finish, tokens: tokens.length, ...score };
}
