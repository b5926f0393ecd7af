/** Answers get their worth. */

import type { Problem } from "../data/problem.ts";
import type { Response } from "../rollout/respond.ts";
import type { CritiqueGrpoParts, Scored } from "../step.ts";
import { isCorrect, type Score, type Worth } from "./reward.ts";

/**
 * The worth of answers to one problem.
 *
 * @throws where the reward function does, or gives what is no number
 */
export function score(
  { reward }: Pick<CritiqueGrpoParts, "reward">,
  problem: Problem,
  answers: readonly Response[],
): Promise<Scored[]> {
  const { groundTruth, question, source, metadata } = problem;
  return Promise.all(answers.map(async (answer) => {
    const sample = { solution: answer.text, groundTruth, question, source, metadata };
    return { ...answer, score: whole(await reward.score(sample), problem) };
  }));
}

/** A score with nothing left out. */
function whole(worth: Worth, { id }: Problem): Score {
  const { reward, score = reward } = worth ?? {};
  if (!Number.isFinite(reward) || !Number.isFinite(score)) {
    throw new Error(
      `Cannot use what the reward function says of an answer to ${id}: reward ${reward}, score ${score}. ` +
        `They must be finite numbers`,
    );
  }
  const right = isCorrect(reward);
  return {
    score,
    accuracy: right ? 1 : 0,
    format: 0,
    outcome: right ? "equal" : "different",
    extracted: null,
    reason: "as the reward function says",
    ...worth,
  };
}
