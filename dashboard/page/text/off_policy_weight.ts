/** f(π): what a refinement's token weighs in the off-policy loss −A·f(π), from its log-probability. */

import { numberSetting, type Settings } from "../../run/settings.ts";

const ACTOR = "actor_rollout_ref.actor.";

/** f of a run, by its `off_policy_reshape`; null where its configuration does not tell. */
export function offPolicyWeight(settings: Settings): ((logprob: number) => number) | null {
  const form = /^"(.*)"$/.exec(settings[`${ACTOR}off_policy_reshape`] ?? "")?.[1];
  const number = (key: string) => numberSetting(settings, ACTOR + key);
  const weight = number("off_policy_reshape_weight") ?? 1;
  const exponent = number("off_policy_reshape_pow_exp") ?? 0.5;
  const bound = (key: string, otherwise: number) => {
    const value = number(key) ?? -1;
    return value < 0 ? otherwise : value;
  };
  const low = bound("off_policy_min_clip", -Infinity);
  const high = Math.min(bound("off_policy_max_clip", Infinity), bound("all_max_clip", Infinity));
  const shape = shapeOf(form, weight, exponent);
  return shape && ((logprob) => Math.min(high, Math.max(low, shape(logprob))));
}

function shapeOf(form: string | undefined, weight: number, exponent: number) {
  const { exp } = Math;
  if (form === "no_reshape") return exp;
  if (form === "logp") return (l: number) => weight * l;
  if (form === "p_logp") return (l: number) => exp(l) + weight * l;
  if (form === "square_root") return (l: number) => exp(l / 2);
  if (form === "pow") return (l: number) => exp(exponent * l);
  const gamma = Number(/^p_div_p_([\d.]+)$/.exec(form ?? "")?.[1]);
  return gamma > 0 ? (l: number) => exp(l) / (exp(l) + gamma) : null;
}
