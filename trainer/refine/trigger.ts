/** Which responses of a group are refined. */

import { isCorrect } from "../reward/reward.ts";

/**
 * - `all`: every response, as the authors' code does;
 * - `wrong`: those that are not correct;
 * - `all_wrong`: every response of a group without a correct one, else none, as the paper has it.
 */
export type RefineTrigger = "all" | "wrong" | "all_wrong";

/** Options of {@linkcode refinementTargets}. */
export interface TriggerOptions {
  /** Which responses qualify. */
  trigger: RefineTrigger;
  /** How many of them are refined, in the order of the group. @default {Infinity} */
  maxPerPrompt?: number;
}

/**
 * The responses of one group that are refined, once each.
 *
 * @param rewards one for each response; correct means above 0
 * @returns indices into the group, ascending
 */
export function refinementTargets(rewards: readonly number[], options: TriggerOptions): number[] {
  const { trigger, maxPerPrompt = Infinity } = options;
  if (trigger === "all_wrong" && rewards.some(isCorrect)) return [];
  const indices = [...rewards.keys()];
  const targets = trigger === "wrong" ? indices.filter((i) => !isCorrect(rewards[i])) : indices;
  return targets.slice(0, maxPerPrompt);
}
