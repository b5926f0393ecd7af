/** How far the engine that draws tokens is from the one that trains, with the same weights. */

/** A row that was drawn under the prompt that it is learned under. */
export interface DrawnRow {
  /** log π_old of each token: the trainer's, before the first update. */
  old: ArrayLike<number>;
  /** log π_rollout of each token: what it had when it was drawn. */
  rollout: ArrayLike<number>;
}

/**
 * The mismatch by verl's names; none of no tokens. With d = |π_old − π_rollout| and log ρ = log π_old − log π_rollout
 * of each token:
 *
 * | name | what |
 * |---|---|
 * | `training/rollout_probs_diff_{mean,max,std}` | of d; std with n − 1 |
 * | `training/rollout_actor_probs_pearson_corr` | correlation of π_old and π_rollout, where both vary |
 * | `rollout_corr/kl` | mean of −log ρ, an estimate of KL(π_rollout ‖ π_old) |
 * | `rollout_corr/k3_kl` | mean of ρ − log ρ − 1, a steadier one |
 * | `rollout_corr/rollout_is_mean` | of min(ρ, C), where importance weights are used |
 * | `rollout_corr/rollout_is_ratio_fraction_high` | share of tokens with ρ > C, where they are |
 *
 * @param threshold C; left out where no importance weights are used
 */
export function mismatchMetrics(
  rows: readonly DrawnRow[],
  threshold?: number,
): Record<string, number> {
  let n = 0, largest = 0, kl = 0, k3 = 0, weights = 0, high = 0;
  const p = new Moments(), q = new Moments(), diff = new Moments();
  let cross = 0;
  for (const { old, rollout } of rows) {
    for (let t = 0; t < old.length; t++) {
      const trained = Math.exp(old[t]), drawn = Math.exp(rollout[t]);
      const d = Math.abs(trained - drawn), logRho = old[t] - rollout[t], rho = Math.exp(logRho);
      n++;
      largest = Math.max(largest, d);
      cross += (trained - p.mean) * (drawn - q.add(drawn));
      p.add(trained);
      diff.add(d);
      kl -= logRho;
      k3 += rho - logRho - 1;
      if (threshold === undefined) continue;
      weights += Math.min(rho, threshold);
      if (rho > threshold) high++;
    }
  }
  if (n === 0) return {};
  const correlation = cross / Math.sqrt(p.squares * q.squares);
  return {
    "training/rollout_probs_diff_mean": diff.mean,
    "training/rollout_probs_diff_max": largest,
    "training/rollout_probs_diff_std": n > 1 ? Math.sqrt(diff.squares / (n - 1)) : 0,
    ...(Number.isFinite(correlation) &&
      { "training/rollout_actor_probs_pearson_corr": correlation }),
    "rollout_corr/kl": kl / n,
    "rollout_corr/k3_kl": k3 / n,
    ...(threshold !== undefined && {
      "rollout_corr/rollout_is_mean": weights / n,
      "rollout_corr/rollout_is_ratio_fraction_high": high / n,
    }),
  };
}

/** Mean and sum of squared deviations as numbers come in (Welford 1962). */
class Moments {
  mean = 0;
  squares = 0;
  #n = 0;

  /** @returns the mean with this number in it */
  add(x: number): number {
    const before = x - this.mean;
    this.mean += before / ++this.#n;
    this.squares += before * (x - this.mean);
    return this.mean;
  }
}
