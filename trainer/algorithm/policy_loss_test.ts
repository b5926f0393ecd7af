import assert from "node:assert/strict";
import type { OffPolicyReshape, PolicyLossOptions } from "./policy_loss.ts";
import { evaluateLoss } from "./testing/loss.ts";

const near = (found: readonly number[], wanted: readonly number[], what: string) => {
  assert.equal(found.length, wanted.length, what);
  wanted.forEach((x, i) =>
    assert.ok(Math.abs(found[i] - x) < 1e-5, `${what}, ${i}: ${found[i]}, not ${x}`)
  );
};
const ln = Math.log;

// A refined token with A = 2 and π = 1/4: L = −2·f(π), and by ℓ = log π it grows by −2·f′(π)·π. Here w = 1/2, e = 3/2.
const forms: [OffPolicyReshape, loss: number, gradient: number][] = [
  ["no_reshape", -2 / 4, -2 / 4],
  ["logp", ln(4), -2 / 2],
  ["p_logp", -2 / 4 + ln(4), -2 / 4 - 2 / 2],
  ["square_root", -2 / 2, -2 / 4],
  ["pow", -2 / 8, -2 * 3 / 16],
  ["p_div_p_0.1", -2 * 5 / 7, -2 * 0.025 / 0.35 ** 2],
  ["p_div_p_0.3", -2 * 5 / 11, -2 * 0.075 / 0.55 ** 2],
  ["p_div_p_0.5", -2 / 3, -2 * 0.125 / 0.75 ** 2],
];
for (const [form, loss, gradient] of forms) {
  Deno.test(`the off-policy loss by hand: ${form}`, async () => {
    const found = await evaluateLoss(
      {
        off_policy_reshape: form,
        off_policy_reshape_weight: 0.5,
        off_policy_reshape_pow_exp: 1.5,
      },
      false,
      undefined,
      // The old policy is of no account to a refinement.
      { logProb: [ln(1 / 4)], oldLogProb: [ln(0.9)], advantage: [2], refined: [1], weight: [1] },
    );
    near(found.pgLoss, [loss], "loss");
    near(found.gradient, [gradient], "gradient");
  });
}

/** Tokens of rollouts: π/π_old 1.5 and 0.5, each with A = 1 and A = −1; then a refinement with f = 5/7, A = 1. */
const tokens = {
  logProb: [ln(0.6), ln(0.6), ln(0.2), ln(0.2), ln(1 / 4)],
  oldLogProb: [ln(0.4), ln(0.4), ln(0.4), ln(0.4), ln(0.4)],
  advantage: [1, -1, 1, -1, 1],
  refined: [0, 0, 0, 0, 1],
  weight: [1, 1, 1, 1, 1],
};
const slope = -0.025 / 0.35 ** 2; // of the refinement
const bounds: [string, Partial<PolicyLossOptions>, loss: number[], gradient: number[]][] = [
  ["neither clip nor bound", {}, [-1.5, 1.5, -0.5, 0.5, -5 / 7], [-1.5, 1.5, -0.5, 0.5, slope]],
  [
    "the clip holds what the ratio has gained, and never a refinement",
    { loss_remove_clip: false, clip_ratio_low: 0.2, clip_ratio_high: 0.28 },
    [-1.28, 1.5, -0.5, 0.8, -5 / 7],
    [0, 1.5, -0.5, 0, slope],
  ],
  [
    "off_policy_max_clip",
    { off_policy_max_clip: 0.5 },
    [-1.5, 1.5, -0.5, 0.5, -0.5],
    [-1.5, 1.5, -0.5, 0.5, 0],
  ],
  [
    "off_policy_min_clip",
    { off_policy_min_clip: 0.8 },
    [-1.5, 1.5, -0.5, 0.5, -0.8],
    [-1.5, 1.5, -0.5, 0.5, 0],
  ],
  [
    "all_max_clip",
    { all_max_clip: 0.6 },
    [-0.6, 0.6, -0.5, 0.5, -0.6],
    [0, 0, -0.5, 0.5, 0],
  ],
];
for (const [name, change, loss, gradient] of bounds) {
  Deno.test(`the loss by hand: ${name}`, async () => {
    const found = await evaluateLoss(change, false, undefined, tokens);
    near(found.pgLoss, loss, "loss");
    near(found.gradient, gradient, "gradient");
    near([found.loss], [loss.reduce((a, b) => a + b)], "sum");
  });
}

Deno.test("the whole by hand: weights, less the entropy bonus, plus the KL", async () => {
  const change = { entropy_coeff: 0.1, use_kl_loss: true, kl_loss_coef: 0.5 };
  const { loss } = await evaluateLoss(change, true, undefined, {
    logProb: [ln(1 / 4), ln(1 / 2)],
    refLogProb: [ln(1 / 2), ln(1 / 2)],
    entropy: [1, 2],
    share: [1 / 2, 1 / 2],
    advantage: [1, -2],
    weight: [0.25, 0.75],
  });
  // π_old is π: L = −A. The KL is 2 − ln 2 − 1 of the first token and 0 of the second.
  near([loss], [-0.25 + 0.75 * 2 - 0.1 * 1.5 + 0.5 * (1 - ln(2)) / 2], "loss");
});
