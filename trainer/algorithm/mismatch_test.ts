import assert from "node:assert/strict";
import { mismatchMetrics } from "./mismatch.ts";

const near = (found: Record<string, number>, wanted: Record<string, number>) => {
  assert.deepEqual(Object.keys(found).sort(), Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted)) {
    assert.ok(Math.abs(found[name] - value) < 1e-12, `${name}: ${found[name]}, not ${value}`);
  }
};

Deno.test("mismatch, by hand", () => {
  const rows = [
    { old: [Math.log(0.5), Math.log(0.9)], rollout: [Math.log(0.4), Math.log(0.9)] },
    { old: [Math.log(0.3)], rollout: [Math.log(0.1)] },
  ];
  // π_old .5 .9 .3, π_rollout .4 .9 .1: d .1 0 .2, ρ 1.25 1 3
  const metrics = mismatchMetrics(rows, 2);
  near(metrics, {
    "training/rollout_probs_diff_mean": 0.1,
    "training/rollout_probs_diff_max": 0.2,
    "training/rollout_probs_diff_std": 0.1,
    // deviations −1/15 1/3 −4/15 and −1/15 13/30 −11/30
    "training/rollout_actor_probs_pearson_corr": (1 / 225 + 13 / 90 + 44 / 450) /
      Math.sqrt((1 / 225 + 1 / 9 + 16 / 225) * (1 / 225 + 169 / 900 + 121 / 900)),
    "rollout_corr/kl": -(Math.log(1.25) + Math.log(3)) / 3,
    "rollout_corr/k3_kl": (0.25 - Math.log(1.25) + 2 - Math.log(3)) / 3,
    "rollout_corr/rollout_is_mean": (1.25 + 1 + 2) / 3,
    "rollout_corr/rollout_is_ratio_fraction_high": 1 / 3,
  });
  const plain = mismatchMetrics(rows);
  assert.equal(plain["rollout_corr/rollout_is_mean"], undefined);
  assert.equal(plain["rollout_corr/kl"], metrics["rollout_corr/kl"]);
});

Deno.test("mismatch of nothing, and of one token", () => {
  assert.deepEqual(mismatchMetrics([]), {});
  const one = mismatchMetrics([{ old: [-1], rollout: [-1] }]);
  assert.equal(one["training/rollout_probs_diff_std"], 0);
  assert.equal(one["training/rollout_actor_probs_pearson_corr"], undefined);
});
