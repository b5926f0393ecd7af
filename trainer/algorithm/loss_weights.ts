/**
 * How much each row's tokens count in the loss. The weight is constant within a row, so that the loss of a
 * mini-batch is Σ_rows w_row · Σ_tokens L_token, and micro-batches of any cut add up to the same gradient.
 */

/**
 * How a refined row's loss is weighted against an on-policy row's:
 * - `row`: alike, as the published code ran;
 * - `paper`: rollouts and refinements are averaged separately within a group;
 * - a number: that many times an on-policy row.
 */
export type OffPolicyWeight = "paper" | "row" | number;

/** A row of a mini-batch, as far as its weight depends on it. */
export interface LossRow {
  /** Tokens of its response. */
  length: number;
  /** Whether it is a refinement. */
  refined: boolean;
  /** Which group it belongs to: any number, the same for all rows of one prompt. */
  group: number;
}

/** Options of {@linkcode lossWeights}. */
export interface LossWeightOptions {
  /** True: Σ(L·M)/T_max a row, averaged over rows. False: the mean over all response tokens. */
  lossRemoveTokenMean: boolean;
  /** T_max: `data.max_response_length`, in tokens. */
  maxResponseLength: number;
  /** `actor.off_policy_weight`. */
  offPolicyWeight: OffPolicyWeight;
}

/**
 * The weight of each row's tokens. With R rows and N response tokens in the mini-batch, an on-policy row has
 * - w = 1/(R·T_max) where `lossRemoveTokenMean`,
 * - w = 1/N elsewhere,
 *
 * as published, and a refined row has that times its relative weight: 1 for `row`, the number for a number. For
 * `paper`, a group of n rows of which k are refined has the loss
 *
 *     1/(n−k) Σ_rollouts + 1/k Σ_refinements        (arXiv 2506.03106, the objective of Critique-GRPO)
 *
 * and so the relative weight (n−k)/k: 7 at 7 : 1. We multiply the group's loss by (n−k)/n. Its on-policy rows then
 * keep exactly the weight that they have in the published code and in a group without refinements, so that one
 * learning rate serves all three settings and `paper` changes the refined rows alone. The denominators R and N count
 * every row and token once, whatever its weight. k is what the group has, which may be fewer than `n_prefix`. A
 * group of refinements alone (k = n) has nothing to be weighed against: its rows weigh 1.
 *
 * @param rows all rows of the mini-batch, whole groups; rows that need no pass, since their advantage is 0, too:
 *   they are part of the denominators
 * @returns a weight for each row
 * @throws {RangeError} where the relative weight is negative or not finite
 */
export function lossWeights(rows: readonly LossRow[], options: LossWeightOptions): number[] {
  const { lossRemoveTokenMean, maxResponseLength, offPolicyWeight } = options;
  if (
    typeof offPolicyWeight === "number" && !(offPolicyWeight >= 0 && offPolicyWeight < Infinity)
  ) {
    throw new RangeError(
      `Cannot use off_policy_weight=${offPolicyWeight}: it must be paper, row or a number from 0`,
    );
  }
  const tokens = rows.reduce((sum, row) => sum + row.length, 0);
  // a mini-batch without a token has no loss; its rows' weights multiply empty sums
  const onPolicy = 1 / (lossRemoveTokenMean ? rows.length * maxResponseLength : tokens || 1);
  const relative = offPolicyWeight === "paper" ? paperWeights(rows) : null;
  return rows.map(({ refined, group }) => {
    if (!refined || offPolicyWeight === "row") return onPolicy;
    return onPolicy * (relative?.get(group) ?? (offPolicyWeight as number));
  });
}

/** (n−k)/k of each group that has refinements. */
function paperWeights(rows: readonly LossRow[]): Map<number, number> {
  const weights = new Map<number, number>();
  for (const [group, members] of Map.groupBy(rows, (row) => row.group)) {
    const n = members.length, k = members.filter((row) => row.refined).length;
    if (k > 0) weights.set(group, k === n ? 1 : (n - k) / k);
  }
  return weights;
}
