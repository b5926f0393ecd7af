/** Between a mini-batch's rows and the numbers of its tokens: what the objective reads, and what the metrics say. */

import type { PerToken } from "../../gpu/model/mod.ts";
import type { PolicyRow } from "../policy.ts";
import type { PolicyLossOptions } from "./policy_loss.ts";

/** The objective's inputs for some rows of a mini-batch with `tokens` response tokens in all. */
export function perToken(
  rows: readonly PolicyRow[],
  tokens: number,
  reference: readonly (Float32Array | undefined)[],
): PerToken {
  const each = (value: (row: PolicyRow) => number) =>
    Float32Array.from(rows.flatMap((row) => row.response.map(() => value(row))));
  const joined = (parts: readonly (Float32Array | undefined)[]) =>
    Float32Array.from(parts.flatMap((part) => [...part ?? []]));
  const inputs: PerToken = {
    advantage: each((row) => row.advantage),
    refined: each((row) => row.refined ? 1 : 0),
    weight: each((row) => row.weight),
    share: each(() => 1 / tokens),
    oldLogProb: joined(rows.map((row) => row.oldLogProbs)),
    rolloutLogProb: Float32Array.from(
      rows.flatMap((row) => row.rolloutLogProbs ?? row.response.map(() => 0)),
    ),
  };
  if (reference[0]) inputs.refLogProb = joined(reference);
  return inputs;
}

/** Sums over the tokens of a mini-batch, as its micro-batches come in. */
export class TokenSums {
  #sums: Record<string, number> = {};
  #count = { all: 0, on: 0, off: 0 };

  add(outputs: PerToken, inputs: PerToken, loss: PolicyLossOptions): void {
    const put = (name: string, x: number) => this.#sums[name] = (this.#sums[name] ?? 0) + x;
    const { logProb, entropy, pgLoss, kl } = outputs;
    const { refined, weight, oldLogProb, advantage } = inputs;
    for (let i = 0; i < logProb.length; i++) {
      const kind = refined[i] ? "off" : "on";
      this.#count.all++;
      this.#count[kind]++;
      put("pg_loss", weight[i] * pgLoss[i]);
      put(`${kind}_pg_loss`, pgLoss[i]);
      put(`${kind}_policy_prob`, Math.exp(logProb[i]));
      put("entropy", entropy[i]);
      if (kl) put("kl_loss", kl[i]);
      const ratio = oldLogProb ? Math.exp(logProb[i] - oldLogProb[i]) : 1;
      if (kind === "on") {
        put("ppo_kl", -Math.log(ratio));
        const held = Math.min(Math.max(ratio, 1 - loss.clip_ratio_low), 1 + loss.clip_ratio_high);
        put("pg_clipfrac", -advantage[i] * held > -advantage[i] * ratio ? 1 : 0);
      }
    }
  }

  /** Means over their own tokens; `pg_loss` is the weighted sum that is minimised. */
  means(): Record<string, number> {
    const over: Record<string, number> = {
      pg_loss: 1,
      entropy: this.#count.all,
      kl_loss: this.#count.all,
      off_pg_loss: this.#count.off,
      off_policy_prob: this.#count.off,
    };
    return Object.fromEntries(
      Object.entries(this.#sums).map(([name, sum]) => [name, sum / (over[name] ?? this.#count.on)]),
    );
  }
}
