/** A problem of a step as one line of `rollouts/step-….jsonl`: all that was written, scored, said and learned. */

import { displacedRollouts } from "../refine/assemble.ts";
import type { Response } from "../rollout/respond.ts";
import type { ProblemRecord, PromptedProblem, Scored } from "../step.ts";
import type { TokenSpans } from "./token_spans.ts";

/**
 * The line, as a JSON value.
 *
 * @param spans measures the run's tokens
 */
export function rolloutRecord(record: ProblemRecord, spans: TokenSpans): Record<string, unknown> {
  const { problem, rollouts, critiques, refinements, selected, rows, advantages, learned } = record;
  const displaced = displacedRollouts(rollouts.map(({ score }) => score.reward), selected.length);
  return {
    id: problem.id,
    source: problem.source,
    prompt: problem.messages,
    ground_truth: problem.groundTruth,
    rollouts: rollouts.map((rollout, i) => ({
      ...responseRecord(rollout, spans),
      ...rollout.score,
      critique: critiques[i]?.critique ?? null,
      critique_origin: critiques[i]?.origin ?? null,
    })),
    refinements: refinements.map((refinement, k) => ({
      ...responseRecord(refinement, spans),
      ...refinement.score,
      of: refinement.of,
      selected: selected.includes(k),
    })),
    group: rows.map((row, i) => ({
      // A row that is not a refinement is the rollout of the same place.
      refined: row.refined,
      rollout: row.refined ? null : i,
      refinement: row.refined ? selected[displaced.indexOf(i)] : null,
      reward: row.reward,
      advantage: advantages[i],
      // Under the original prompt, before the update: what the off-policy term takes of a refinement.
      logprobs: row.refined && learned?.[i] ? rounded(learned[i]) : null,
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
    answers: answers.map(({ text, finish, tokens, score }) => ({
      text,
      finish,
      tokens: tokens.length,
      ...score,
    })),
  };
}

/** What a model wrote, with its tokens. */
export function responseRecord(
  { text, finish, tokens, logprobs }: Response,
  spans: TokenSpans,
): Record<string, unknown> {
  return {
    text,
    finish,
    tokens: tokens.length,
    // By token: characters of the text, and the log-probability under the distribution it was drawn from.
    token_lengths: spans.lengths(tokens, text),
    logprobs: rounded(logprobs.slice(0, tokens.length)),
  };
}

/** Three decimals are finer than any colour. */
function rounded(values: ArrayLike<number>): number[] {
  return Array.from(values, (x) => Math.round(x * 1000) / 1000);
}
