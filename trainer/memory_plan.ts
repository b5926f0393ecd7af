/**
 * What a run will hold in memory, told before it starts.
 *
 * The factors of activations were measured (docs/log.md): what ONNX Runtime holds at most in a pass, in multiples of the
 * tensors named. Each compiled graph keeps its activations' memory for its next run, so the parts add up.
 *
 * On a GPU they are what ONNX Runtime's CUDA provider asks for, beside a CUDA that does nothing; what CUDA takes for itself
 * is not in them.
 */

import type { FloatType } from "../gpu/graph/mod.ts";
import {
  ComputeCopy,
  KvCache,
  type Layout,
  lengthBucket,
  logitsChunk,
  microBatchTokens,
  type Model,
  packingPays,
  PREFILL_TOKENS,
  trainingLanes,
  widthBucket,
} from "../gpu/model/mod.ts";
import type { Config } from "./config.ts";
import { fullMicroBatch } from "./full_micro_batch.ts";

/** A part of the plan. */
export interface MemoryItem {
  /** What it is, and the setting that it depends on. */
  name: string;
  /** Bytes. */
  bytes: number;
}

const FLOAT = 4;

/** What a plan is made of: a model's sizes alone. */
export interface PlannedModel extends Pick<Model, "config"> {
  weights: { layout: Layout };
  adapter?: { weights: { layout: Layout } };
}

/** What a run does with its model. */
export interface PlannedUse {
  /** The longest sequence that is generated here; left out where nothing is. */
  contextLength?: number;
  /** Rows of an update. */
  rows: number;
}

/** Where the memory is: as far as the configuration tells, for another process is not asked before it is opened. */
function placeOf({ trainer, actor_rollout_ref: { rollout } }: Config) {
  const provider = [trainer.device].flat()[0].startsWith("cuda:")
    ? "CUDA" as const
    : "CPU" as const;
  const half = provider === "CUDA" && rollout.dtype !== "float32";
  const lanes = provider === "CUDA" ? 1 : trainer.threads || navigator.hardwareConcurrency;
  return { provider, lanes, type: (half ? "bfloat16" : "float32") as FloatType };
}

/**
 * Estimates the largest holdings of a run, for full micro-batches of full rows; those of each rank, where there are several.
 *
 * @param resident what the process holds before anything else: the weights, the data, itself
 */
export function memoryPlan(
  config: Config,
  { config: model, weights: { layout }, adapter }: PlannedModel,
  { contextLength, rows: rowsOfUpdate }: PlannedUse,
  resident: number,
): MemoryItem[] {
  const { data, actor_rollout_ref } = config;
  const { actor, rollout, model: { enable_gradient_checkpointing: checkpointing } } =
    actor_rollout_ref;
  const place = placeOf(config), onGpu = place.provider === "CUDA";
  const learns = adapter?.weights.layout ?? layout;
  const ranks = ranksOf(config);
  const reference = contextLength !== undefined && actor.use_kl_loss;
  const lanes = trainingLanes(place, learns, checkpointing);
  // Each lane has a gradient; ranks have shares of both moments, and MPI sums into an array of its own.
  const copies = lanes + (ranks === 1 || onGpu ? 2 : 3) / ranks;
  const inShares = ranks > 1 && place.type !== "float32";
  const weights = (of: Layout) =>
    layoutBytes(of) - (inShares ? (1 - 1 / ranks) * factorBytes(of) : 0);

  const budget = microBatchTokens(place, model, actor.ppo_max_token_len_per_gpu, lanes);
  const own = {
    prompt: data.max_prompt_length,
    response: data.max_response_length,
    group: contextLength === undefined ? 1 : rollout.n,
    count: Math.ceil(rowsOfUpdate / ranks / lanes),
  };
  const full = fullMicroBatch(budget, own, onGpu ? widthBucket : undefined);
  const rows = lanes * full.rows;
  const counted = onGpu ? lengthBucket(full.counted) : lanes * full.counted;
  const items: MemoryItem[] = [
    onGpu
      ? {
        name: inShares ? `weights, of what is multiplied one of ${ranks} shares` : "weights",
        bytes: weights(layout) + (adapter ? weights(learns) : 0),
      }
      : { name: "weights, data, the program", bytes: resident },
    ...(place.type === "float32" ? [] : [{
      name: `${place.type} copy of what is multiplied${reference ? ", twice" : ""}`,
      bytes: (reference && !adapter ? 2 : 1) * ComputeCopy.bytes(layout) +
        (adapter ? (reference ? 2 : 1) * ComputeCopy.bytes(learns) : 0),
    }]),
    {
      name: `gradients, AdamW${ranks > 1 ? ` in ${ranks} shares` : ""}` +
        (reference ? ", reference model" : "") + (adapter ? " of the adapter" : ""),
      bytes: copies * layoutBytes(learns) + (reference ? weights(learns) : 0),
    },
    // A server generates with memory of its own.
    ...(contextLength !== undefined && rollout.name === "local"
      ? decodingItems(config, model, layout, contextLength, place)
      : []),
  ];
  const sizes = sizesOf(model, lanes * full.tokens, lanes * full.pairs);
  const factors = FACTORS[place.provider];
  const what = `${rows} responses, ${lanes * full.tokens} tokens`;
  const countedAtOnce = checkpointing
    ? Math.min(counted, logitsChunk(model.vocabSize, place.provider))
    : counted;
  const logits = countedAtOnce * model.vocabSize * FLOAT;
  // Without gradients: what the reference model says and, before several updates, the policy. Blocks serve both passes.
  const severalUpdates = data.train_batch_size !== actor.ppo_mini_batch_size ||
    actor.ppo_epochs > 1;
  const forwards = [
    ...(reference ? ["the reference model"] : []),
    ...(contextLength !== undefined && severalUpdates && !checkpointing
      ? ["the policy before its updates"]
      : []),
  ];
  // Made apart before it is added to the others: the largest one. The whole graph often has room for it by then.
  const headGradient = adapter
    ? 0
    : factors.headGradient * lanes * model.vocabSize * model.hiddenSize * FLOAT;
  for (const whose of forwards) {
    items.push({
      name: `log-probabilities of ${whose}`,
      bytes: taken(factors.prefill, sizes) + factors.forward * logits,
    });
  }
  if (checkpointing) {
    items.push({
      name: `activations of a block (${what})`,
      bytes: (model.layers + 3) * sizes.stream + taken(factors.block, sizes),
    }, {
      name: `logits in chunks`,
      bytes: factors.chunk * logits + headGradient,
    });
  } else {
    // On a CPU the first micro-batch of a model that has no lanes has a graph of its own, without gradients to add to.
    const later = onGpu || lanes > 1 ? 0 : Math.min(rows, own.count - rows);
    items.push({
      name: `activations (${what}` +
        (later > 0 ? `, and ${later} of later micro-batches)` : ")"),
      bytes: (1 + later / rows) *
          (model.layers * taken(factors.kept, sizes) + taken(factors.rest, sizes) +
            factors.logits * logits) + (later > 0 ? 1 : 0.5) * headGradient,
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
  { provider, type }: ReturnType<typeof placeOf>,
): MemoryItem[] {
  const { data, actor_rollout_ref: { rollout } } = config, ranks = ranksOf(config);
  const sequences = Math.ceil(data.train_batch_size * rollout.n / ranks);
  const slots = Math.min(rollout.max_num_seqs, sequences);
  const prefilled = Math.max(1, Math.floor(PREFILL_TOKENS / contextLength));
  const items: MemoryItem[] = [
    {
      name: `key-value cache (${slots} sequences of ${contextLength})`,
      bytes: KvCache.bytes(model, slots, contextLength, type),
    },
    {
      name: "prefill",
      bytes: taken(
        FACTORS[provider].prefill,
        sizesOf(model, prefilled * contextLength, prefilled * contextLength ** 2),
      ),
    },
    { name: "decoding", bytes: 8 * slots * model.vocabSize * FLOAT },
  ];
  const draws = Array.from({ length: sequences }, () => ({ maxTokens: data.max_response_length }));
  if (provider === "CPU" && packingPays(layout, draws)) {
    // ONNX Runtime copies the weights and lays them out anew one by one; the embedding is looked up in, too.
    const embedding = model.vocabSize * model.hiddenSize * FLOAT;
    items.push({ name: "weights packed for decoding", bytes: layoutBytes(layout) + embedding });
  }
  return items;
}

/** Bytes of a block's tensors in float32, for a whole micro-batch. */
interface Sizes {
  stream: number;
  qkv: number;
  mlp: number;
  probabilities: number;
}

/** @param pairs of a query and a key, for each head */
function sizesOf(model: Model["config"], tokens: number, pairs: number): Sizes {
  return {
    stream: FLOAT * tokens * model.hiddenSize,
    qkv: FLOAT * tokens * (model.heads + 2 * model.kvHeads) * model.headSize,
    mlp: FLOAT * tokens * model.intermediateSize,
    probabilities: FLOAT * pairs * model.heads,
  };
}

/** How often each of the {@linkcode Sizes} is held. */
type Times = readonly [stream: number, qkv: number, mlp: number, probabilities: number];

interface Factors {
  /** Prompts put into the cache; a pass without gradients, beside its logits. */
  prefill: Times;
  /** A block forward and backward by itself. */
  block: Times;
  /** What the whole graph keeps of each block until its gradient is computed, and what it takes besides. */
  kept: Times;
  rest: Times;
  /** Logits, in chunks and in the whole graph. */
  chunk: number;
  logits: number;
  /** The head's gradient where it is made, in a whole graph half of it; CUDA's factors of the logits hold it. */
  headGradient: number;
  /** Logits of a pass without gradients. On CUDA not measured: the CPU's. */
  forward: number;
}

/** Measured (docs/log.md): on the CPU in float32, for CUDA in bfloat16. */
const FACTORS: Record<"CPU" | "CUDA", Factors> = {
  CPU: {
    prefill: [2, 1.5, 4, 2],
    block: [7, 4, 11, 5],
    kept: [4, 2, 3, 1],
    rest: [5, 2.5, 7, 4],
    chunk: 5.3,
    logits: 4.2,
    headGradient: 1,
    forward: 3.2,
  },
  CUDA: {
    prefill: [3.4, 1.6, 1.6, 0],
    block: [8.7, 2.9, 4.3, 5.8],
    kept: [3.6, 1.3, 1.9, 0.8],
    rest: [3.7, 1, 0.7, 3],
    chunk: 7.3,
    logits: 5.1,
    headGradient: 0,
    forward: 3.2,
  },
};

const taken = ([s, q, m, p]: Times, { stream, qkv, mlp, probabilities }: Sizes) =>
  s * stream + q * qkv + m * mlp + p * probabilities;

const layoutBytes = ({ size }: Layout) => size * FLOAT;

/** Those of what a half-precision copy is made of, in float32. */
const factorBytes = (layout: Layout) => 2 * ComputeCopy.bytes(layout);

/**
 * The plan of a run whose weights are not loaded yet.
 *
 * @throws as {@linkcode describePlan} does
 */
export function plannedMemory(config: Config, model: PlannedModel, use: PlannedUse): string {
  const { weights, adapter } = model, { rss } = Deno.memoryUsage();
  const coming = layoutBytes(weights.layout) + (adapter ? layoutBytes(adapter.weights.layout) : 0);
  const plan = memoryPlan(config, model, use, rss + coming);
  return placeOf(config).provider === "CUDA"
    ? describePlan(plan)
    : describePlan(plan, Deno.systemMemoryInfo().available, rss);
}

/**
 * The plan as text.
 *
 * @param available what may be taken beyond what is `held` already; left out for a GPU, which says so itself when it is full
 * @throws where the plan exceeds what is there, with the settings that would lower it
 */
export function describePlan(
  plan: readonly MemoryItem[],
  available?: number,
  held: number = plan[0].bytes,
): string {
  const total = plan.reduce((sum, item) => sum + item.bytes, 0);
  const lines = [...plan, { name: "together", bytes: total }].map(({ name, bytes }) =>
    `  ${gigabytes(bytes).padStart(8)}  ${name}`
  );
  const where = available === undefined
    ? "Memory of the GPU, at most (and what CUDA takes for itself)"
    : `Memory, at most (${gigabytes(available)} available)`;
  const text = `${where}:\n${lines.join("\n")}`;
  if (available !== undefined && total - held > available) {
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
