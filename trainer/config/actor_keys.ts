/** `actor_rollout_ref.actor`: the loss and the optimizer. */

import { z } from "zod";
import {
  boundOrOff,
  flag,
  key,
  nonNegative,
  oneOf,
  positive,
  real,
  section,
  share,
  whole,
} from "./key.ts";

const reshapes = [
  "no_reshape",
  "logp",
  "p_logp",
  "square_root",
  "pow",
  "p_div_p_0.1",
  "p_div_p_0.3",
  "p_div_p_0.5",
] as const;

const offPolicyWeight = z.union([z.enum(["paper", "row"]), z.number().positive()])
  .meta({ type: "paper | row | number > 0" });

const optim = section({
  lr: key(positive, 1e-6, "learning rate of AdamW, constant after the warm-up"),
  lr_warmup_steps: key(whole(0), 0, "updates over which the learning rate rises linearly from 0"),
  weight_decay: key(nonNegative, 0.01, "decoupled weight decay"),
  betas: key(
    z.tuple([share, share]).meta({ type: "[number, number]" }),
    [0.9, 0.999],
    "AdamW's decay rates of the first and second moment",
  ),
});

/** The keys of the actor. */
export const actor = section({
  use_off_policy_loss: key(flag, true, "refined rows take the off-policy loss -A f(pi), no ratio"),
  off_policy_weight: key(
    offPolicyWeight,
    "paper",
    "weight of a refined row: paper averages rollouts and refinements apart (7 at 7 : 1), row is 1",
  ),
  off_policy_reshape: key(oneOf(...reshapes), "p_div_p_0.1", "f(pi) of the off-policy loss"),
  off_policy_reshape_weight: key(real, 1, "w of logp and p_logp"),
  off_policy_reshape_pow_exp: key(positive, 0.5, "e of pow: f(pi) = pi^e"),
  off_policy_max_clip: key(boundOrOff, -1, "f(pi) is cut from above to this"),
  off_policy_min_clip: key(boundOrOff, -1, "f(pi) is cut from below to this"),
  on_policy_reshape: key(oneOf("no_reshape"), "no_reshape", "shape of the on-policy ratio"),
  all_max_clip: key(boundOrOff, -1, "every ratio and f(pi) is cut from above to this"),
  loss_remove_token_mean: key(
    flag,
    true,
    "a row's loss is its sum / max_response_length; false: mean over all response tokens",
  ),
  loss_remove_clip: key(flag, true, "the on-policy ratio is not clipped"),
  clip_ratio_low: key(share, 0.2, "clipping: the ratio stays above 1 - this"),
  clip_ratio_high: key(nonNegative, 0.2, "clipping: the ratio stays below 1 + this"),
  entropy_coeff: key(nonNegative, 0.001, "weight of the entropy bonus"),
  use_kl_loss: key(flag, false, "add the low-variance KL to the initial model"),
  kl_loss_coef: key(nonNegative, 0.001, "weight of that KL"),
  ppo_mini_batch_size: key(
    whole(1),
    64,
    "prompts an update; divides data.train_batch_size, and is at most that where it is not set",
  ),
  ppo_epochs: key(whole(1), 1, "passes over each batch"),
  ppo_max_token_len_per_gpu: key(whole(1), 16384, "tokens a micro-batch, padding included"),
  grad_clip: key(positive, 1, "the gradient's global norm is cut to this"),
  max_nonfinite_steps: key(whole(1), 3, "updates with a NaN or infinity in a row that end the run"),
  optim,
});
