/** What a rank holds of a whole model in training: the trainer's own plan (`trainer/memory_plan.ts`) for these shapes. */

import { layoutOf, parseConfig } from "../../gpu/model/mod.ts";
import { loadConfig } from "../../trainer/config.ts";
import { type MemoryItem, memoryPlan } from "../../trainer/memory_plan.ts";
import type { Shape } from "./inputs.ts";

/** Parameters of embedding and head, which are computed with in float32. */
export const outside = ({ vocabulary, hidden }: Shape): number => 2 * vocabulary * hidden;

/** Bytes of weights, gradients and optimizer. */
export function held(shape: Shape, ranks: number): number {
  return sum(planned(shape, ranks, 2).slice(0, 3));
}

/** Bytes of what a row of so many tokens takes besides, block by block; half of them are a response's. */
export function activations(shape: Shape, row: number): number {
  return sum(planned(shape, 1, row).slice(3));
}

/** Tokens of the longest row, in hundreds, that fits into so many bytes where nothing is generated. */
export function longestRow(shape: Shape, ranks: number, bytes: number): number {
  const room = bytes - held(shape, ranks);
  let row = 0;
  while (activations(shape, row + 100) <= room) row += 100;
  return row;
}

const sum = (items: readonly MemoryItem[]) => items.reduce((sum, { bytes }) => sum + bytes, 0);

function planned(shape: Shape, ranks: number, row: number): MemoryItem[] {
  const config = parseConfig({
    model_type: shape.family,
    vocab_size: shape.vocabulary,
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headSize,
    max_position_embeddings: 1 << 15,
    rms_norm_eps: 1e-6,
  });
  const settings = loadConfig({
    overrides: [
      "data.train_files=none.jsonl",
      `trainer.device=[${Array.from({ length: ranks }, (_, i) => `cuda:${i}`)}]`,
      "actor_rollout_ref.model.enable_gradient_checkpointing=true",
      `data.max_prompt_length=${row / 2}`,
      `data.max_response_length=${row / 2}`,
      `actor_rollout_ref.actor.ppo_max_token_len_per_gpu=${row}`,
    ],
  });
  const model = { config, weights: { layout: layoutOf(config) } };
  return memoryPlan(settings, model, { rows: ranks }, 0);
}
