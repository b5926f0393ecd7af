/** Answers get their worth. */

import type { Problem } from "../data/problem.ts";
import type { Response } from "../rollout/respond.ts";
import type { CritiqueGrpoParts, Scored } from "../step.ts";

/** The worth of answers to one problem. */
export function score(
  { reward }: Pick<CritiqueGrpoParts, "reward">,
  { groundTruth }: Problem,
  answers: readonly Response[],
): Promise<Scored[]> {
  return Promise.all(
    answers.map(async (answer) => ({
      ...answer,
      score: await reward.score({ solution: answer.text, groundTruth }),
    })),
  );
}
