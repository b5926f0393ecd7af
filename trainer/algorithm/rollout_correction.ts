/** When importance weights between engines are used, see `policy_loss.ts`. */

import type { Config } from "../config.ts";

/** C, or undefined where the weights are 1: with the local engine, whose mismatch is rounding, unless asked for. */
export function rolloutIsThreshold(
  { algorithm: { rollout_correction }, actor_rollout_ref: { rollout } }: Config,
): number | undefined {
  const { rollout_is, rollout_is_threshold } = rollout_correction;
  const used = rollout_is === "auto" ? rollout.name !== "local" : rollout_is === "token";
  return used ? rollout_is_threshold : undefined;
}
