/** A run from its configuration to its summary: set up, resume, loop, save. */

import { CritiqueGrpo } from "./critique_grpo_method.ts";
import { Run } from "./loop.ts";
import {
  BUILTIN_MODEL,
  checkLengths,
  configuredCritic,
  configuredReward,
  contextOf,
  loadPolicyModel,
  loadTokenizer,
  modelFolder,
  newPolicy,
  sizePolicyModel,
} from "./setup.ts";
import { checkModel } from "../gpu/model/mod.ts";
import { type Config, resolvedYaml } from "./config.ts";
import { type Critic } from "./critique/critique.ts";
import { plannedMemory } from "./memory_plan.ts";
import { loadRunProblems } from "./problems.ts";
import type { RewardFunction } from "./reward/reward.ts";
import { onDevice } from "./run/on_device.ts";
import { openRun } from "./run/open.ts";
import { createReporter, type Reporter } from "./run/progress.ts";
import { type RunResult } from "./run/conclusion.ts";
import { answering } from "./rollout/served/setup.ts";
import { warmUp } from "./warmup.ts";

export type { RunResult };

/** What {@linkcode train} takes. */
export interface TrainOptions {
  /** From {@linkcode loadConfig}. */
  config: Config;
  /** Scores answers. @default the recipe's {@linkcode CritiqueRewardFunction} */
  reward?: RewardFunction;
  /** Criticises answers. @default what `rollout.critique_type` says */
  critic?: Critic;
  /** Shows progress. @default bars in a terminal, lines elsewhere */
  reporter?: Reporter;
  /** Only resolve, load and plan; then stop. @default false */
  dryRun?: boolean;
  /** Ends the run between two tokens once it is aborted; what was learned until then is saved. */
  signal?: AbortSignal;
}

/**
 * Trains by Critique-GRPO (or GRPO, with `rollout.n_prefix` 0) until the configured steps are done or the run is
 * interrupted; goes on from the folder's last checkpoint.
 *
 * The process's Ctrl-C, too, is listened to while it trains: the first one finishes the step and saves.
 *
 * @returns what the run came to; null for a dry run
 * @throws an error that says what, where and what to do, or the signal's reason; the last checkpoint stands
 */
export async function train(options: TrainOptions): Promise<RunResult | null> {
  const { config, signal } = options;
  using reporter = options.reporter ?? createReporter();
  const from = await modelFolder(config, reporter);
  const tokenizer = await loadTokenizer(from);
  const sized = sizePolicyModel(config, from, tokenizer);
  const reward = options.reward ?? configuredReward(config);
  const problems = await loadRunProblems(config, tokenizer, {
    say: (text) => reporter.note(text),
    checkGold: (gold) => reward.checkGold?.(gold) ?? null,
    measureAll: options.dryRun,
  });
  checkLengths(config, sized.config.maxPositions);
  const contextLength = contextOf(config, sized.config.maxPositions);
  const { actor, rollout } = config.actor_rollout_ref;
  const plan = plannedMemory(config, sized, {
    contextLength,
    rows: actor.ppo_mini_batch_size * rollout.n,
  });
  const sizes = `${
    sized.weights.layout.parameters.toLocaleString("en")
  } parameters, ${problems.totalSteps} steps`;
  if (options.dryRun) {
    reporter.note(`${resolvedYaml(config)}\n${sizes}\n${plan}`);
    if (from !== BUILTIN_MODEL) checkModel(from);
    return null;
  }
  const model = loadPolicyModel(config, from);
  const { threads, device } = config.trainer, cores = navigator.hardwareConcurrency;
  if (device === "cpu" && threads > cores) {
    reporter.warn(`trainer.threads=${threads} on ${cores} cores: they will wait for each other`);
  }
  const critic = options.critic ?? await configuredCritic(config, signal);
  signal?.throwIfAborted();

  using opened = await openRun(config, reporter);
  const { folder } = opened;

  reporter.note(`${config.trainer.experiment_name}: ${sizes}, in ${folder.path}\n${plan}`);
  const reload = () => loadPolicyModel(config, from);
  const parts = { config, opened, reporter, model, reload };
  return await onDevice(parts, async (device, placed, found) => {
    if (!found && config.actor_rollout_ref.model.path === BUILTIN_MODEL) {
      await warmUp(device, placed, config, tokenizer, reporter, signal);
    }
    using learner = newPolicy(device, placed, config, tokenizer);
    const policy = await answering(config, learner, {
      folder: folder.path,
      prompts: problems.batchAt(0).problems.slice(0, 4).map(({ prompt }) => prompt),
      contextLength,
      tokenizer,
      reporter,
    });
    const method = new CritiqueGrpo(
      {
        config,
        policy,
        tokenizer,
        reward,
        critic,
        contextLength,
        reporter,
        signal,
      },
      problems,
    );
    return await new Run(method, folder).go(found);
  });
}
