/** A reward for models that know nothing. */

import type { RewardFunction } from "../trainer/reward/reward.ts";

/** An answer of even length is right: half of all are, so that there is something to learn from. */
export const EVEN: RewardFunction = {
  score({ solution }) {
    const right = solution.length % 2 === 0;
    const worth = right ? 1 : 0;
    return {
      reward: worth,
      score: worth,
      accuracy: worth,
      format: 0,
      outcome: right ? "equal" : "different",
      extracted: null,
      reason: "its length",
    };
  },
};
