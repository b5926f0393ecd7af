/** What a run will hold in memory, told before it starts. */

import { CPU_MICRO_BATCH, KvCache, layoutOf, type Model } from "../gpu/model/mod.ts";
import type { Config } from "./config.ts";

/** A part of the plan. */
export interface MemoryItem {
  /** What it is, and the setting that it depends on. */
  name: string;
  /** Bytes. */
  bytes: number;
}

/** Estimates the largest holdings of a run. Activations are counted for one full micro-batch of full rows. */
export function memoryPlan(
  config: Config,
  model: Model["config"],
  contextLength: number,
): MemoryItem[] {
  const { actor, rollout } = config.actor_rollout_ref;
  const layout = layoutOf(model);
  const copies = actor.use_kl_loss ? 5 : 4;
  // A server generates with memory of its own.
  const slots = rollout.name === "local"
    ? Math.min(rollout.max_num_seqs, config.data.train_batch_size * rollout.n)
    : 0;

  const row = config.data.max_prompt_length + config.data.max_response_length;
  const fitting = Math.max(
    1,
    Math.floor(Math.min(actor.ppo_max_token_len_per_gpu, CPU_MICRO_BATCH) / row),
  );
  const rows = Math.min(fitting, actor.ppo_mini_batch_size * rollout.n);
  const attention = model.heads * model.headSize;
  // Kept for the gradient, a token: per layer two normed and two summed streams, q, k, v and the mix before and
  // after their transpositions, the MLP's halves thrice; the attention probabilities with one temporary of their size.
  const perLayer = 4 * model.hiddenSize + 6 * attention + 7 * model.intermediateSize +
    2 * model.heads * row;
  const logits = 4 * model.vocabSize * (config.data.max_response_length / row);
  const activations = rows * row * (model.layers * perLayer + logits) * 4;
  return [
    {
      name: `weights, gradients, AdamW${copies === 5 ? ", reference model" : ""}`,
      bytes: copies * layout.size * 4,
    },
    {
      name: `key-value cache (${slots} sequences)`,
      bytes: KvCache.bytes(model, slots, contextLength),
    },
    { name: `activations (${rows} rows of ${row} tokens)`, bytes: activations },
  ];
}

/**
 * The plan as text.
 *
 * @throws where the plan exceeds what is there, with the settings that would lower it
 */
export function describePlan(plan: readonly MemoryItem[], available: number): string {
  const total = plan.reduce((sum, item) => sum + item.bytes, 0);
  const lines = [...plan, { name: "together", bytes: total }].map(({ name, bytes }) =>
    `  ${gigabytes(bytes).padStart(8)}  ${name}`
  );
  const text = `Memory, at most (${gigabytes(available)} available):\n${lines.join("\n")}`;
  if (total > available) {
    throw new Error(
      `${text}\nThis does not fit. Lower actor_rollout_ref.actor.ppo_max_token_len_per_gpu, data.max_response_length or actor_rollout_ref.rollout.max_num_seqs`,
    );
  }
  return text;
}

function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
