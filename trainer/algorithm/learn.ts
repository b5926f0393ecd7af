/** From a step's groups to updates of the policy: mini-batches, weights, learning rate. */

import type { Config } from "../config.ts";
import type { Policy, PolicyRow } from "../policy.ts";
import type { GroupRow } from "../refine/assemble.ts";
import type { Reporter } from "../run/progress.ts";
import { lossWeights } from "./loss_weights.ts";
import { mismatchMetrics } from "./mismatch.ts";
import { rolloutIsThreshold } from "./rollout_correction.ts";

/** The assembled group of a prompt. */
export interface Group {
  /** Its rows. */
  rows: readonly GroupRow[];
  /** One for each row. */
  advantages: readonly number[];
}

/** What the updates of a step did. */
export interface LearningStats {
  /** Means over the updates, by the names of the metrics without `actor/`. */
  metrics: Record<string, number>;
  /** Updates that were made. */
  updates: number;
  /** Updates whose gradient was not finite, and which were not made. */
  skipped: number;
  /** Of each row that was learned from, the log-probabilities of its tokens when it first was. */
  logProbs: ReadonlyMap<GroupRow, Float32Array>;
  /** What {@linkcode mismatchMetrics} says of those rows that are no refinements, by the whole names of the metrics. */
  mismatch: Record<string, number>;
}

/** Updates the policy on every mini-batch of a step's groups, `ppo_epochs` times. */
export async function learn(
  policy: Policy,
  groups: readonly Group[],
  config: Config,
  reporter: Reporter,
): Promise<LearningStats> {
  const { actor } = config.actor_rollout_ref;
  const size = actor.ppo_mini_batch_size;
  const batches = Array.from(
    { length: Math.ceil(groups.length / size) },
    (_, i) => weighted(groups.slice(i * size, (i + 1) * size), config),
  );
  const total = batches.length * actor.ppo_epochs;
  if (total > 1) {
    // π_old is the policy before the first of several updates.
    for (const rows of batches) {
      const old = await policy.logProbs(rows);
      rows.forEach((row, i) => row.oldLogProbs = old[i]);
    }
  }
  using phase = reporter.phase("update", total, "updates");
  const sums: Record<string, number[]> = {};
  const logProbs = new Map<GroupRow, Float32Array>();
  let updates = 0, skipped = 0;
  for (let epoch = 0; epoch < actor.ppo_epochs; epoch++) {
    for (const rows of batches) {
      if (rows.length > 0) {
        const { lr, lr_warmup_steps } = actor.optim;
        const rate = lr * Math.min(1, (policy.updates + 1) / Math.max(1, lr_warmup_steps));
        const { applied, metrics, logProbs: seen } = await policy.update(rows, rate);
        if (epoch === 0) rows.forEach(({ row }, i) => logProbs.set(row, seen[i]));
        for (const [name, value] of Object.entries(metrics)) (sums[name] ??= []).push(value);
        if (applied) updates++;
        else skipped++;
      }
      phase.advance();
    }
  }
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const metrics = Object.fromEntries(Object.entries(sums).map(([name, v]) => [name, mean(v)]));
  const drawn = batches.flat().flatMap(({ row, oldLogProbs, rolloutLogProbs: rollout }) => {
    const old = oldLogProbs ?? logProbs.get(row);
    return old && rollout ? [{ old, rollout }] : [];
  });
  const mismatch = mismatchMetrics(drawn, rolloutIsThreshold(config));
  return { metrics, updates, skipped, logProbs, mismatch };
}

/** A row of a group, ready to be learned from. */
interface WeightedRow extends PolicyRow {
  row: GroupRow;
}

/** The rows of a mini-batch with their weights, without those that the gradient does not depend on. */
function weighted(groups: readonly Group[], config: Config): WeightedRow[] {
  const { actor } = config.actor_rollout_ref;
  const rows = groups.flatMap(({ rows, advantages }, group) =>
    rows.map((row, i) => ({
      ...row,
      row,
      advantage: advantages[i],
      length: row.tokens.length,
      group,
    }))
  );
  const weights = lossWeights(rows, {
    lossRemoveTokenMean: actor.loss_remove_token_mean,
    maxResponseLength: config.data.max_response_length,
    offPolicyWeight: actor.off_policy_weight,
  });
  const regularised = actor.entropy_coeff !== 0 || actor.use_kl_loss;
  return rows
    .map(({ row, prompt, tokens, advantage, refined }, i) => ({
      row,
      prompt,
      response: tokens,
      rolloutLogProbs: row.logprobs,
      advantage,
      refined,
      weight: weights[i],
    }))
    .filter((row) => row.response.length > 0 && (regularised || row.advantage !== 0));
}
