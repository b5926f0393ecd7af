/** A reward for models that know nothing. */

import type { RewardFunction } from "../trainer/reward/reward.ts";

/** An answer of even length is right: half of all are, so that there is something to learn from. */
export const EVEN: RewardFunction = {
  score: ({ solution }) => ({ reward: solution.length % 2 === 0 ? 1 : 0, reason: "its length" }),
};
