/**
 * The loss of Critique-GRPO (arXiv 2506.03106, §4 and the authors' code), one term a response token:
 *
 *   on-policy:   L = −A·r, r = π/π_old; with clipping max(−A·r, −A·clip(r, 1−ε_low, 1+ε_high)); times ρ
 *   off-policy:  L = −A·f(π): neither ratio nor clip, for a refinement was not drawn under the prompt that is trained
 *   loss = Σ weight·L − c_H·mean(H) + c_KL·mean(KL)
 *
 * ρ = min(π_old/π_rollout, C), truncated importance sampling (Yao et al. 2025, "Your Efficient RL Framework Secretly
 * Brings You Off-Policy RL Training"): π_rollout is what another engine drew the token from, with other kernels and
 * number formats than π_old, the same weights here. Without another engine there is no ρ. Refined rows never have one:
 * their engine's probabilities are under the refinement's prompt, so that π_old/π_rollout would be the change of prompt
 * and not a mismatch, and their term is no expectation under π_old that a ratio could mend.
 *
 * Weights come from `loss_weights.ts`; here they are one more number a token.
 */

import type { Objective, ObjectiveInputs } from "../../gpu/model/mod.ts";
import * as g from "../../gpu/graph/mod.ts";

/** The shapes f of the off-policy term; γ in `p_div_p_γ`. */
export type OffPolicyReshape =
  | "no_reshape"
  | "logp"
  | "p_logp"
  | "square_root"
  | "pow"
  | "p_div_p_0.1"
  | "p_div_p_0.3"
  | "p_div_p_0.5";

/** The loss's own settings, under their names in `actor_rollout_ref.actor`. */
export interface PolicyLossOptions {
  /** f. @default "p_div_p_0.1" */
  off_policy_reshape: OffPolicyReshape;
  /** w of `logp` and `p_logp`. */
  off_policy_reshape_weight: number;
  /** e of `pow`. */
  off_policy_reshape_pow_exp: number;
  /** f(π) is held below this; −1 is off. */
  off_policy_max_clip: number;
  /** f(π) is held above this; −1 is off. */
  off_policy_min_clip: number;
  /** Every ratio and f(π) is held below this; −1 is off. */
  all_max_clip: number;
  /** True: the on-policy ratio is not clipped. */
  loss_remove_clip: boolean;
  /** ε_low. */
  clip_ratio_low: number;
  /** ε_high. */
  clip_ratio_high: number;
  /** c_H, the weight of the entropy bonus. */
  entropy_coeff: number;
  /** Adds the low-variance KL to a reference model. */
  use_kl_loss: boolean;
  /** c_KL. */
  kl_loss_coef: number;
}

/**
 * The objective as a graph. Its inputs, one a response token:
 * - `advantage`: A of the token's row;
 * - `refined`: 1 on the tokens of a refinement (the prefix mask m), else 0;
 * - `weight`: from {@linkcode lossWeights};
 * - `share`: 1 / the response tokens of the mini-batch, which makes Σ share·x a mean;
 * - `oldLogProb`: ℓ before the update, unless `oldIsCurrent`;
 * - `refLogProb`: ℓ of the reference model, where `use_kl_loss`;
 * - `rolloutLogProb`: log π_rollout, where `rolloutIsThreshold`; any finite number on the tokens of a refinement.
 *
 * @param oldIsCurrent for a batch that takes one update: π_old is π itself, so r = 1 and only its gradient matters
 * @param rolloutIsThreshold C; left out where ρ is 1
 * @returns an objective whose outputs are `pgLoss` (L) and, where `use_kl_loss`, `kl`
 */
export function policyLoss(
  options: PolicyLossOptions,
  oldIsCurrent = false,
  rolloutIsThreshold?: number,
): Objective {
  return ({ logProb, entropy, perToken }: ObjectiveInputs) => {
    const advantage = perToken("advantage"), refined = perToken("refined");
    const weight = perToken("weight"), share = perToken("share");
    const old = oldIsCurrent ? g.stopGradient(logProb) : perToken("oldLogProb");
    const minusA = g.neg(advantage);

    let onPolicy = onPolicyLoss(logProb, old, minusA, options);
    if (rolloutIsThreshold !== undefined) {
      const rho = importanceWeight(old, perToken("rolloutLogProb"), rolloutIsThreshold);
      onPolicy = g.mul(rho, onPolicy);
    }
    const offPolicy = g.mul(minusA, reshape(logProb, options));
    const pgLoss = g.where(g.compare("Greater", refined, 0.5), offPolicy, onPolicy);
    let loss = g.sum(g.mul(weight, pgLoss));
    if (options.entropy_coeff !== 0) {
      loss = g.sub(loss, g.mul(g.sum(g.mul(share, entropy)), options.entropy_coeff));
    }
    const outputs: Record<string, g.Tensor> = { pgLoss };
    if (!options.use_kl_loss) return { loss, outputs };
    const kl = lowVarianceKl(logProb, perToken("refLogProb"));
    loss = g.add(loss, g.mul(g.sum(g.mul(share, kl)), options.kl_loss_coef));
    return { loss, outputs: { ...outputs, kl } };
  };
}

function onPolicyLoss(
  logProb: g.Tensor,
  old: g.Tensor,
  minusA: g.Tensor,
  options: PolicyLossOptions,
): g.Tensor {
  const ratio = upTo(g.exp(g.sub(logProb, old)), options.all_max_clip);
  const plain = g.mul(minusA, ratio);
  if (options.loss_remove_clip) return plain;
  const held = g.clip(ratio, 1 - options.clip_ratio_low, 1 + options.clip_ratio_high);
  return g.max(plain, g.mul(minusA, held));
}

/** ρ, a constant to the gradient; the log-ratio is held within ±20, as in verl, so that ρ is finite before the cut. */
function importanceWeight(old: g.Tensor, rollout: g.Tensor, threshold: number): g.Tensor {
  return g.min(g.exp(g.clip(g.sub(old, rollout), -20, 20)), threshold);
}

/** f(π), from ℓ = log π. */
function reshape(logProb: g.Tensor, options: PolicyLossOptions): g.Tensor {
  const { off_policy_reshape: form, off_policy_reshape_weight: w } = options;
  const p = g.exp(logProb);
  let f: g.Tensor;
  switch (form) {
    case "no_reshape":
      f = p;
      break;
    case "logp":
      f = g.mul(logProb, w);
      break;
    case "p_logp":
      f = g.add(p, g.mul(logProb, w));
      break;
    case "square_root":
      f = g.exp(g.mul(logProb, 0.5));
      break;
    case "pow":
      f = g.exp(g.mul(logProb, options.off_policy_reshape_pow_exp));
      break;
    default:
      f = g.div(p, g.add(p, Number(form.slice("p_div_p_".length))));
  }
  if (options.off_policy_min_clip >= 0) f = g.max(f, options.off_policy_min_clip);
  return upTo(upTo(f, options.off_policy_max_clip), options.all_max_clip);
}

function upTo(x: g.Tensor, limit: number): g.Tensor {
  return limit >= 0 ? g.min(x, limit) : x;
}

/** k3 (Schulman, "Approximating KL Divergence"): e^d − d − 1 with d = ℓ_ref − ℓ, held within ±10 as published. */
export function lowVarianceKl(logProb: g.Tensor, refLogProb: g.Tensor): g.Tensor {
  const d = g.clip(g.sub(refLogProb, logProb), -20, 20);
  return g.clip(g.sub(g.sub(g.exp(d), d), 1), -10, 10);
}

/** The objective of supervised fine-tuning: −Σ weight·ℓ. */
export const imitationLoss: Objective = ({ logProb, perToken }) => ({
  loss: g.neg(g.sum(g.mul(perToken("weight"), logProb))),
});
