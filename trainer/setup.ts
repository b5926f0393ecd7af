/** What a run is made of, as its configuration says. */

import type { Device } from "../gpu/device.ts";
import type { FloatType } from "../gpu/graph/mod.ts";
import {
  type Adapter,
  type DeviceModel,
  initialize,
  initializeAdapter,
  layoutOf,
  loadAdapter,
  loadModel,
  loadModelConfig,
  type Model,
  parseConfig,
} from "../gpu/model/mod.ts";
import { rolloutIsThreshold } from "./algorithm/rollout_correction.ts";
import { type Config, ConfigError } from "./config.ts";
import { type Critic, RuleCritic } from "./critique/critique.ts";
import { ModelCritic } from "./critique/model_critic.ts";
import { tinyConfig } from "./data/secret_numbers/tiny_model.ts";
import { secretNumbersTokenizer } from "./data/secret_numbers/tokenizer_files.ts";
import { Tokenizer } from "./data/tokenizer.ts";
import { hubModel, hubOf, isHubId } from "./hub/hub.ts";
import { LocalPolicy } from "./policy.ts";
import { CritiqueRewardFunction, type RewardFunction } from "./reward/reward.ts";
import { findCheckpoint, type FoundCheckpoint } from "./run/checkpoint.ts";
import { RunFolder } from "./run/folder.ts";
import type { PlannedModel } from "./memory_plan.ts";
import { type Reporter } from "./run/progress.ts";
import { deriveSeed, Random } from "./seed.ts";

/** The name of the tiny model that the built-in problems come with. */
export const BUILTIN_MODEL = "builtin:tiny";

/** The checkpoint to go on from, or null to start. */
export async function resumable(
  config: Config,
  folder: RunFolder,
  reporter: Reporter,
): Promise<FoundCheckpoint | null> {
  const another = "Set trainer.experiment_name to another name";
  if (config.trainer.resume_mode === "disable") {
    if (await folder.isUsed()) {
      throw new Error(`${folder.path} holds a run, and trainer.resume_mode is disable. ${another}`);
    }
    return null;
  }
  const found = await findCheckpoint(folder, (text) => reporter.warn(text));
  if (!found && await folder.hasCheckpoints()) {
    throw new Error(
      `None of the checkpoints in ${folder.checkpoints} can be used, and starting over would delete what the run has written. ${another}, or remove them`,
    );
  }
  if (found && found.seed !== config.trainer.seed) {
    throw new Error(
      `${folder.path} holds a run with trainer.seed=${found.seed}, not ${config.trainer.seed}. ${another}`,
    );
  }
  return found;
}

/**
 * The folder of the configured model; what is no folder but could be a hub id is fetched, once.
 *
 * @throws where there is neither
 */
export async function modelFolder(config: Config, reporter: Reporter): Promise<string> {
  const key = "actor_rollout_ref.model.path", { path } = config.actor_rollout_ref.model;
  if (path === BUILTIN_MODEL) return path;
  const found = await Deno.stat(path).catch(() => null);
  if (found?.isDirectory) return path;
  if (found) throw new Error(`Cannot use ${key}=${path}: it is a file. Name the folder it is in`);
  if (!isHubId(path)) {
    throw new Error(
      `There is no folder ${path}. Set ${key} to a model's folder, or to a hub id such as Qwen/Qwen2.5-0.5B`,
    );
  }
  try {
    return await hubModel(path, hubOf(Deno.env.toObject()), reporter);
  } catch (error) {
    throw new Error(
      `There is no folder ${path}, so ${key} was taken for a hub id. ${(error as Error).message}`,
      { cause: error },
    );
  }
}

export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  return folder === BUILTIN_MODEL ? secretNumbersTokenizer() : await Tokenizer.load(folder);
}

/** The sizes of what {@linkcode loadPolicyModel} will load; of a base no weight is read. */
export function sizePolicyModel(
  config: Config,
  folder: string,
  tokenizer: Tokenizer,
): PlannedModel {
  const decoder = folder === BUILTIN_MODEL ? parseConfig(tinyConfig) : loadModelConfig(folder);
  if (tokenizer.vocabSize > decoder.vocabSize) {
    throw new Error(
      `The tokenizer of ${folder} knows ${tokenizer.vocabSize} tokens, but its model has embeddings for ${decoder.vocabSize}. They do not belong together`,
    );
  }
  const adapter = folder === BUILTIN_MODEL ? undefined : configuredAdapter(config, decoder);
  return { config: decoder, weights: { layout: layoutOf(decoder) }, adapter };
}

export function loadPolicyModel(config: Config, folder: string): Model {
  if (folder === BUILTIN_MODEL) {
    const tiny = parseConfig(tinyConfig);
    const random = new Random(deriveSeed(config.warmup.seed ?? config.trainer.seed, "initialize"));
    return { config: tiny, weights: initialize(tiny, () => random.normal()) };
  }
  const model = loadModel(folder);
  const adapter = configuredAdapter(config, model.config);
  return adapter ? { ...model, adapter } : model;
}

function configuredAdapter(
  { actor_rollout_ref: { model }, trainer: { seed } }: Config,
  decoder: Model["config"],
): Adapter | undefined {
  if (model.lora_adapter_path) return loadAdapter(model.lora_adapter_path, decoder);
  const { lora_rank: rank, lora_alpha: alpha, target_modules: targets } = model;
  if (rank === 0) return undefined;
  const random = new Random(deriveSeed(seed, "lora"));
  return initializeAdapter(decoder, { rank, alpha, targets }, model.path, () => random.next());
}

/**
 * What a device computes in for a run.
 *
 * @throws where it cannot: ONNX Runtime has bfloat16 on GPUs alone
 */
export function computeType({ actor_rollout_ref }: Config, { provider }: Device): FloatType {
  const { dtype } = actor_rollout_ref.rollout;
  if (dtype === "auto") return provider === "CUDA" ? "bfloat16" : "float32";
  if (dtype === "bfloat16" && provider === "CPU") {
    throw new ConfigError([
      "actor_rollout_ref.rollout.dtype: a CPU computes in float32; set it to auto, or trainer.device to a GPU",
    ]);
  }
  return dtype;
}

export function newPolicy(
  device: Device,
  model: DeviceModel,
  config: Config,
  tokenizer: Tokenizer,
): LocalPolicy {
  const { actor, rollout } = config.actor_rollout_ref;
  const { data } = config;
  return new LocalPolicy(device, model, {
    loss: actor,
    oldIsCurrent: data.train_batch_size === actor.ppo_mini_batch_size && actor.ppo_epochs === 1,
    rolloutIsThreshold: rolloutIsThreshold(config),
    temperature: rollout.temperature,
    betas: actor.optim.betas,
    weightDecay: actor.optim.weight_decay,
    gradClip: actor.grad_clip,
    maxTokensPerMicroBatch: actor.ppo_max_token_len_per_gpu,
    checkpointing: config.actor_rollout_ref.model.enable_gradient_checkpointing,
    endTokens: tokenizer.eosIds,
    slots: rollout.max_num_seqs,
    trainLength: data.max_prompt_length + data.max_response_length,
    contextLength: contextOf(config, model.config.maxPositions),
  });
}

export function configuredReward({ reward }: Config): RewardFunction {
  return new CritiqueRewardFunction({
    useMathVerify: reward.use_math_verify,
    formatWeight: reward.format_weight,
    correctReward: reward.correct_reward,
    incorrectReward: reward.incorrect_reward,
  });
}

export async function configuredCritic(config: Config, signal?: AbortSignal): Promise<Critic> {
  const { critique_type, critique, n_prefix } = config.actor_rollout_ref.rollout;
  if (critique_type !== "text" || n_prefix === 0) {
    return new RuleCritic(critique_type === "simple" ? "simple" : "simple_gt");
  }
  const critic = new ModelCritic({
    baseUrl: critique.base_url!,
    model: critique.model!,
    apiKeyEnv: critique.api_key_env,
    maxTokens: critique.max_tokens,
    temperature: critique.temperature,
    topP: critique.top_p,
    timeoutMs: critique.timeout_s * 1000,
    attempts: critique.max_attempts,
    concurrency: critique.concurrency,
  });
  await critic.check(signal);
  return critic;
}

export function checkLengths({ data }: Config, contextLength: number): void {
  const row = data.max_prompt_length + data.max_response_length;
  if (row > contextLength) {
    throw new Error(
      `data.max_prompt_length + data.max_response_length is ${row} tokens, more than the model's ${contextLength}. Lower one of them`,
    );
  }
}

/** The longest sequence that a run may generate: a refinement. */
export function contextOf(
  { data, actor_rollout_ref: { rollout } }: Config,
  contextLength: number,
): number {
  const longest = data.max_prompt_length + 2 * data.max_response_length +
    rollout.critique.max_tokens;
  return Math.min(
    contextLength,
    rollout.n_prefix > 0 ? longest : data.max_prompt_length + data.max_response_length,
  );
}
