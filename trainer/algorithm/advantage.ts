/** The advantage of GRPO: how much better a response is than its group. */

/** Keeps a group of (nearly) equal rewards finite: the published code's constant. */
const EPSILON = 1e-6;

/** Options of {@linkcode groupAdvantages}. */
export interface AdvantageOptions {
  /** Divide by the group's standard deviation too (`algorithm.norm_adv_by_std_in_grpo`). @default {false} */
  normByStd?: boolean;
}

/** True where all rewards of a group are equal: its advantages are 0 and nothing is learned from it. */
export function isZeroVariance(rewards: readonly number[]): boolean {
  return rewards.every((reward) => reward === rewards[0]);
}

/**
 * A_i = R_i − mean(R), and with `normByStd` ÷ (s + 1e-6), s the sample standard deviation (n − 1), as in GRPO
 * (arXiv 2402.03300, §4.1.2). Without the division it is Dr. GRPO's (arXiv 2503.20783), which Critique-GRPO uses.
 *
 * @param rewards one for each row of one assembled group, refinements included
 * @returns one for each row, to be given to all of its response tokens; exactly 0 where all rewards are equal
 */
export function groupAdvantages(
  rewards: readonly number[],
  options: AdvantageOptions = {},
): number[] {
  // no roundings of the mean: divided by 1e-6 they would look like a signal
  if (isZeroVariance(rewards)) return rewards.map(() => 0);
  const n = rewards.length;
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / n;
  const centred = rewards.map((reward) => reward - mean);
  if (!options.normByStd) return centred;
  const std = Math.sqrt(centred.reduce((sum, a) => sum + a * a, 0) / (n - 1));
  return centred.map((a) => a / (std + EPSILON));
}
