/**
 * What a run will hold in memory, told before it starts.
 *
 * The factors of activations were measured (docs/log.md): what ONNX Runtime holds at most in a pass, in multiples of the
 * tensors named. Each compiled graph keeps its activations' memory for its next run, so the parts add up.
 */

import {
  CPU_TOKENS,
  KvCache,
  type Layout,
  logitsChunk,
  type Model,
  packingPays,
  PREFILL_TOKENS,
} from "../gpu/model/mod.ts";
import type { Config } from "./config.ts";

/** A part of the plan. */
export interface MemoryItem {
  /** What it is, and the setting that it depends on. */
  name: string;
  /** Bytes. */
  bytes: number;
}

const FLOAT = 4;

/**
 * Estimates the largest holdings of a run, for full micro-batches of full rows; those of each rank, where there are several.
 *
 * @param resident what the process holds already: the weights, the data, itself
 */
export function memoryPlan(
  config: Config,
  { config: model, weights: { layout }, adapter }: Pick<Model, "config" | "weights" | "adapter">,
  contextLength: number,
  resident: number,
): MemoryItem[] {
  const { actor, rollout, model: { enable_gradient_checkpointing: checkpointing } } =
    config.actor_rollout_ref;
  const learns = adapter?.weights.layout ?? layout;
  const ranks = ranksOf(config);
  // Ranks have shares of both moments and of the summed gradient.
  const copies = (ranks === 1 ? 3 : 1 + 3 / ranks) + (actor.use_kl_loss ? 1 : 0);

  const row = config.data.max_prompt_length + config.data.max_response_length;
  const budget = Math.min(actor.ppo_max_token_len_per_gpu, CPU_TOKENS.shared);
  const rows = Math.min(
    Math.max(1, Math.floor(budget / row)),
    Math.ceil(actor.ppo_mini_batch_size * rollout.n / ranks),
  );
  const counted = rows * config.data.max_response_length;
  const items: MemoryItem[] = [
    { name: "already held: weights, data, the program", bytes: resident },
    {
      name: `gradients, AdamW${ranks > 1 ? ` in ${ranks} shares` : ""}` +
        (actor.use_kl_loss ? ", reference model" : "") + (adapter ? " of the adapter" : ""),
      bytes: copies * layoutBytes(learns),
    },
    // A server generates with memory of its own.
    ...(rollout.name === "local" ? decodingItems(config, model, layout, contextLength) : []),
  ];
  const sizes = sizesOf(model, rows, row);
  if (checkpointing) {
    const chunk = Math.min(counted, logitsChunk(model.vocabSize)) * model.vocabSize * FLOAT;
    items.push({
      name: `activations of a block (${rows} rows of ${row} tokens)`,
      bytes: (model.layers + 3) * sizes.stream + forwardBlock(sizes) + backwardBlock(sizes),
    }, {
      name: `logits in chunks`,
      bytes: 5.3 * chunk,
    });
  } else {
    // The first micro-batch of an update has a graph of its own, without gradients to add to.
    const share = Math.ceil(actor.ppo_mini_batch_size * rollout.n / ranks);
    const later = Math.min(rows, share - rows);
    items.push({
      name: `activations (${rows} rows of ${row} tokens` +
        (later > 0 ? `, and ${later} of later micro-batches)` : ")"),
      bytes: (1 + later / rows) * (model.layers * keptOfBlock(sizes) + backwardBlock(sizes) +
        sizes.probabilities + 4.2 * counted * model.vocabSize * FLOAT),
    });
  }
  return items;
}

const ranksOf = ({ trainer: { device } }: Config) => [device].flat().length;

/** What generating in this process takes. */
function decodingItems(
  config: Config,
  model: Model["config"],
  layout: Layout,
  contextLength: number,
): MemoryItem[] {
  const { data, actor_rollout_ref: { rollout } } = config, ranks = ranksOf(config);
  const sequences = Math.ceil(data.train_batch_size * rollout.n / ranks);
  const slots = Math.min(rollout.max_num_seqs, sequences);
  const prefilled = Math.max(1, Math.floor(PREFILL_TOKENS / contextLength));
  const items: MemoryItem[] = [
    {
      name: `key-value cache (${slots} sequences of ${contextLength})`,
      bytes: KvCache.bytes(model, slots, contextLength),
    },
    { name: "prefill", bytes: forwardBlock(sizesOf(model, prefilled, contextLength)) },
    { name: "decoding", bytes: 8 * slots * model.vocabSize * FLOAT },
  ];
  const draws = Array.from({ length: sequences }, () => ({ maxTokens: data.max_response_length }));
  if (packingPays(layout, draws)) {
    // ONNX Runtime copies the weights and lays them out anew one by one; the embedding is looked up in, too.
    const embedding = model.vocabSize * model.hiddenSize * FLOAT;
    items.push({ name: "weights packed for decoding", bytes: layoutBytes(layout) + embedding });
  }
  return items;
}

/** Bytes of a block's tensors, for a whole micro-batch. */
interface Sizes {
  stream: number;
  qkv: number;
  mlp: number;
  probabilities: number;
}

function sizesOf(model: Model["config"], rows: number, width: number): Sizes {
  const tokens = rows * width * FLOAT;
  return {
    stream: tokens * model.hiddenSize,
    qkv: tokens * (model.heads + 2 * model.kvHeads) * model.headSize,
    mlp: tokens * model.intermediateSize,
    probabilities: tokens * width * model.heads,
  };
}

const forwardBlock = ({ stream, qkv, mlp, probabilities }: Sizes) =>
  2 * stream + 1.5 * qkv + 4 * mlp + 2 * probabilities;

const backwardBlock = ({ stream, qkv, mlp, probabilities }: Sizes) =>
  5 * stream + 2.5 * qkv + 7 * mlp + 3 * probabilities;

/** What the whole graph keeps of each block until its gradient is computed. */
const keptOfBlock = ({ stream, qkv, mlp, probabilities }: Sizes) =>
  4 * stream + 2 * qkv + 3 * mlp + probabilities;

const layoutBytes = ({ size }: { size: number }) => size * FLOAT;

/**
 * The plan as text.
 *
 * @param available what may be taken beyond what is held already
 * @throws where the plan exceeds what is there, with the settings that would lower it
 */
export function describePlan(plan: readonly MemoryItem[], available: number): string {
  const total = plan.reduce((sum, item) => sum + item.bytes, 0);
  const lines = [...plan, { name: "together", bytes: total }].map(({ name, bytes }) =>
    `  ${gigabytes(bytes).padStart(8)}  ${name}`
  );
  const text = `Memory, at most (${gigabytes(available)} available):\n${lines.join("\n")}`;
  if (total - plan[0].bytes > available) {
    throw new Error(
      `${text}\nThis does not fit. Set actor_rollout_ref.model.enable_gradient_checkpointing=true or ` +
        `actor_rollout_ref.model.lora_rank, or lower actor_rollout_ref.actor.ppo_max_token_len_per_gpu, ` +
        `data.max_response_length or actor_rollout_ref.rollout.max_num_seqs`,
    );
  }
  return text;
}

function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
