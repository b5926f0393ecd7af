/** A run from its configuration to its summary: set up, resume, loop, save. */

import { Device } from "../gpu/device.ts";
import { initialize, loadModel, type Model, parseConfig } from "../gpu/model/mod.ts";
import { sampleMetrics } from "./algorithm/metrics.ts";
import { type Config, resolvedYaml } from "./config.ts";
import { type CritiqueGrpoParts, critiqueGrpoStep, type StepRecord } from "./critique_grpo.ts";
import { type Critic, RuleCritic } from "./critique/critique.ts";
import { type CriticCounters, ModelCritic } from "./critique/model_critic.ts";
import { tinyConfig } from "./data/secret_numbers/tiny_model.ts";
import { secretNumbersTokenizer } from "./data/secret_numbers/tokenizer_files.ts";
import { Tokenizer } from "./data/tokenizer.ts";
import { validate } from "./eval/validate.ts";
import { describePlan, memoryPlan } from "./memory_plan.ts";
import { LocalPolicy } from "./policy.ts";
import { loadRunProblems, type RunProblems } from "./problems.ts";
import { CritiqueRewardFunction, isCorrect, type RewardFunction } from "./reward/reward.ts";
import {
  findCheckpoint,
  type FoundCheckpoint,
  removeLeftovers,
  saveCheckpoint,
} from "./run/checkpoint.ts";
import { divergence } from "./run/divergence.ts";
import { type MetricsRecord, RunFolder } from "./run/folder.ts";
import { Interrupt } from "./run/interrupt.ts";
import { createReporter, type Reporter } from "./run/progress.ts";
import { conclusion, type RunResult } from "./run/conclusion.ts";
import { rolloutRecord } from "./run/rollout_record.ts";
import { deriveSeed, Random } from "./seed.ts";
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
}

/** The tail of a run that its checkpoints carry. */
interface RunState {
  /** The optimizer's steps. */
  updates: number;
  /** Updates with a gradient that was not finite, in a row. */
  nonfinite: number;
  /** The step of the first of them. */
  nonfiniteSince: number;
  /** Seconds of training so far. */
  seconds: number;
}

/**
 * Trains by Critique-GRPO (or GRPO, with `rollout.n_prefix` 0) until the configured steps are done or the run is
 * interrupted; goes on from the folder's last checkpoint.
 *
 * @returns what the run came to; null for a dry run
 * @throws an error that says what, where and what to do; the last checkpoint stands
 */
export async function train(options: TrainOptions): Promise<RunResult | null> {
  const { config } = options;
  using reporter = options.reporter ?? createReporter();
  const tokenizer = await loadTokenizer(config);
  const model = loadPolicyModel(config, tokenizer);
  const problems = await loadRunProblems(config, tokenizer);
  checkLengths(config, model.config.maxPositions);
  const contextLength = contextOf(config, model.config.maxPositions);
  for (const note of problems.notes) reporter.note(note);
  const plan = describePlan(
    memoryPlan(config, model.config, contextLength),
    availableMemory(),
  );
  if (options.dryRun) {
    reporter.note(`${resolvedYaml(config)}\n${plan}`);
    return null;
  }
  const critic = options.critic ?? await configuredCritic(config);

  const folder = await RunFolder.create(config.trainer.default_local_dir);
  using _lock = await folder.lock();
  await removeLeftovers(folder);
  const found = await resumable(config, folder, reporter);
  await folder.rewind(found?.step ?? -1);
  await folder.writeConfig(resolvedYaml(config));

  const device = new Device({ threads: config.trainer.threads });
  reporter.note(
    `${config.trainer.experiment_name}: ${
      model.weights.layout.parameters.toLocaleString("en")
    } parameters, ${problems.totalSteps} steps, in ${folder.path}\n${plan}`,
  );
  const { model: { path }, actor } = config.actor_rollout_ref;
  // A KL term refers to the warmed-up model, which later checkpoints do not hold: a resumed run makes it again.
  if (path === BUILTIN_MODEL && (!found || actor.use_kl_loss)) {
    await warmUp(device, model, config, tokenizer, reporter);
  }
  using policy = newPolicy(device, model, config, tokenizer);
  const run = new Run(
    {
      config,
      policy,
      tokenizer,
      reward: options.reward ?? configuredReward(config),
      critic,
      contextLength,
      reporter,
    },
    problems,
    folder,
  );
  return await run.go(found);
}

const BUILTIN_MODEL = "builtin:tiny";

/** A run under way. */
class Run {
  #state: RunState = { updates: 0, nonfinite: 0, nonfiniteSince: 0, seconds: 0 };
  #since = performance.now();
  #counters: CriticCounters = { calls: 0, failures: 0, regenerated: 0, fallbacks: 0 };

  constructor(
    readonly parts: CritiqueGrpoParts & { policy: LocalPolicy },
    readonly problems: RunProblems,
    readonly folder: RunFolder,
  ) {}

  async go(found: FoundCheckpoint | null): Promise<RunResult> {
    const { config, reporter } = this.parts;
    const { save_freq, test_freq } = config.trainer;
    const total = this.problems.totalSteps;
    using interrupt = new Interrupt({
      say: (text) => reporter.note(text),
      exit: (code) => {
        reporter[Symbol.dispose](); // Leaves no bar behind for the shell to write on.
        Deno.exit(code);
      },
    });
    let step = found?.step ?? 0;
    if (found) await this.#restore(found);
    else await this.#begin();
    using bar = reporter.phase("training", total, "steps", step);
    const every = (frequency: number) => frequency > 0 && step % frequency === 0;
    let saved = step;
    while (step < total && !interrupt.requested) {
      const { epoch, problems } = this.problems.batchAt(step);
      const started = performance.now();
      const record = await critiqueGrpoStep(this.parts, step, problems);
      step++;
      const finished = (performance.now() - started) / 1000;
      const validation = every(test_freq) || step === total ? await this.#validate() : {};
      await this.#write(step, epoch, record, finished, validation);
      this.#countNonfinite(step, record);
      bar.advance();
      if (every(save_freq)) {
        await this.#save(step, epoch);
        saved = step;
      }
    }
    bar.done();
    const { epoch } = this.problems.batchAt(Math.max(0, step - 1));
    if (saved !== step) await this.#save(step, epoch);
    return await conclusion(this.folder, config, reporter, {
      step,
      total,
      seconds: this.#seconds(),
      parameters: this.parts.policy.model.weights.layout.parameters,
    });
  }

  /** Step 0: what the model can do before it is trained. Saved, so that a warm-up is not done twice. */
  async #begin(): Promise<void> {
    const { config } = this.parts;
    const validation = config.trainer.val_before_train ? await this.#validate() : {};
    await this.folder.appendMetrics({ step: 0, "training/global_step": 0, ...validation });
    await this.#save(0, 0);
  }

  async #restore(found: FoundCheckpoint): Promise<void> {
    const state = found.state as unknown as RunState;
    await this.parts.policy.load(found.dir, state.updates);
    this.#state = state;
    this.parts.reporter.note(`Going on from step ${found.step} (${found.dir})`);
  }

  async #validate(): Promise<Record<string, number>> {
    if (this.problems.validation.length === 0) return {};
    const started = performance.now();
    const result = await validate(this.parts, this.problems.validation);
    const metrics: Record<string, number> = {
      "val-core/pass@1": result["pass@1"],
      "val-core/n": result.n,
      "timing_s/testing": (performance.now() - started) / 1000,
    };
    for (const [source, { "pass@1": passAt1, n }] of Object.entries(result.sources)) {
      metrics[`val-core/${source}/pass@1`] = passAt1;
      metrics[`val-core/${source}/n`] = n;
    }
    return metrics;
  }

  async #write(
    step: number,
    epoch: number,
    record: StepRecord,
    seconds: number,
    validation: Record<string, number>,
  ): Promise<void> {
    const { config, reporter } = this.parts;
    const samples = sampleMetrics(record);
    const { learning, budget } = record;
    const prefixed = (prefix: string, values: object) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]),
      );
    const metrics: MetricsRecord = {
      step,
      "training/global_step": step,
      "training/epoch": epoch,
      ...samples,
      ...prefixed("actor", learning.metrics),
      "actor/updates": learning.updates,
      "actor/nonfinite_updates": learning.skipped,
      "critique/refinements_dropped": budget.dropped,
      "critique/refinements_cut": budget.cut,
      ...prefixed("critique", this.#critiqueCounts()),
      ...prefixed("timing_s", record.seconds),
      "timing_s/step": seconds,
      "perf/total_num_tokens": record.tokens,
      "perf/throughput": record.tokens / seconds,
      ...validation,
    };
    if (step % config.trainer.rollout_data_freq === 0) {
      await this.folder.writeRollouts(step, record.problems.map(rolloutRecord));
    }
    await this.folder.appendMetrics(metrics);
    const correct = record.rollouts.filter(({ score }) => isCorrect(score.reward)).length;
    reporter.step({
      step,
      total: this.problems.totalSteps,
      reward: mean(record.rollouts.map(({ score }) => score.reward)),
      passAt1: correct / record.rollouts.length,
      refinedCorrect: samples["critique/refinement_correct"] ?? null,
      zeroVariance: samples["group/frac_zero_std"],
      meanLength: samples["response_length/mean"],
      tokensPerSecond: record.tokens / seconds,
      seconds: { step: seconds, ...record.seconds, val: validation["timing_s/testing"] },
    });
    if (validation["val-core/pass@1"] !== undefined) {
      reporter.note(
        `step ${step}: held-out pass@1 ${(100 * validation["val-core/pass@1"]).toFixed(1)}%`,
      );
    }
  }

  /** What became of this step's requests to a critique model. */
  #critiqueCounts(): Record<string, number> {
    const { critic, reporter } = this.parts;
    if (!(critic instanceof ModelCritic)) return {};
    const { counters } = critic;
    const before = this.#counters;
    this.#counters = counters;
    const now = {
      calls: counters.calls - before.calls,
      failures: counters.failures - before.failures,
      regenerated: counters.regenerated - before.regenerated,
      fallbacks: counters.fallbacks - before.fallbacks,
    };
    if (now.fallbacks > 0) {
      reporter.warn(
        `${now.fallbacks} critique(s) fell back to simple_gt: ${
          critic.lastFault ?? "every verdict contradicted the check"
        }`,
      );
    }
    return now;
  }

  /** Updates with NaN in a row mean that the run has diverged: going on would only burn time. */
  #countNonfinite(step: number, { learning: { skipped, updates, metrics } }: StepRecord): void {
    if (updates > 0) this.#state.nonfinite = 0;
    if (skipped === 0) return;
    if (this.#state.nonfinite === 0) this.#state.nonfiniteSince = step;
    this.#state.nonfinite += updates > 0 ? 0 : skipped;
    const { config: { actor_rollout_ref: { actor, model } }, policy, reporter } = this.parts;
    reporter.warn(
      `step ${step}: ${skipped} update(s) skipped, the gradient's norm was ${metrics.grad_norm}`,
    );
    if (this.#state.nonfinite < actor.max_nonfinite_steps) return;
    throw divergence(this.folder, {
      skipped: this.#state.nonfinite,
      since: this.#state.nonfiniteSince,
      updates: policy.updates,
      metrics,
      weights: policy.model.weights,
      modelPath: model.path,
      learningRate: actor.optim.lr,
    });
  }

  async #save(step: number, epoch: number): Promise<void> {
    const { policy, tokenizer, config } = this.parts;
    this.#state = { ...this.#state, updates: policy.updates, seconds: this.#seconds() };
    this.#since = performance.now();
    await saveCheckpoint(this.folder, {
      step,
      epoch,
      seed: config.trainer.seed,
      state: this.#state,
      maxToKeep: config.trainer.max_ckpt_to_keep,
      write: async (dir) => {
        await policy.save(dir);
        await tokenizer.save(dir);
      },
    });
  }

  #seconds(): number {
    return this.#state.seconds + (performance.now() - this.#since) / 1000;
  }
}

/** The checkpoint to go on from, or null to start. */
async function resumable(
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
  if (found && found.seed !== config.trainer.seed) {
    throw new Error(
      `${folder.path} holds a run with trainer.seed=${found.seed}, not ${config.trainer.seed}. ${another}`,
    );
  }
  return found;
}

async function loadTokenizer(config: Config): Promise<Tokenizer> {
  const { path } = config.actor_rollout_ref.model;
  return path === BUILTIN_MODEL ? secretNumbersTokenizer() : await Tokenizer.load(path);
}

function loadPolicyModel(config: Config, tokenizer: Tokenizer): Model {
  const { path } = config.actor_rollout_ref.model;
  if (path === BUILTIN_MODEL) {
    const tiny = parseConfig(tinyConfig);
    const random = new Random(deriveSeed(config.warmup.seed ?? config.trainer.seed, "initialize"));
    return { config: tiny, weights: initialize(tiny, () => random.normal()) };
  }
  const model = loadModel(path);
  if (tokenizer.vocabSize > model.config.vocabSize) {
    throw new Error(
      `The tokenizer of ${path} knows ${tokenizer.vocabSize} tokens, but its model has embeddings for ${model.config.vocabSize}. They do not belong together`,
    );
  }
  return model;
}

function newPolicy(
  device: Device,
  model: Model,
  config: Config,
  tokenizer: Tokenizer,
): LocalPolicy {
  const { actor, rollout } = config.actor_rollout_ref;
  const { data } = config;
  return new LocalPolicy(device, model, {
    loss: actor,
    oldIsCurrent: data.train_batch_size === actor.ppo_mini_batch_size && actor.ppo_epochs === 1,
    temperature: rollout.temperature,
    betas: actor.optim.betas,
    weightDecay: actor.optim.weight_decay,
    gradClip: actor.grad_clip,
    maxTokensPerMicroBatch: actor.ppo_max_token_len_per_gpu,
    endTokens: tokenizer.eosIds,
    slots: rollout.max_num_seqs,
    trainLength: data.max_prompt_length + data.max_response_length,
    contextLength: contextOf(config, model.config.maxPositions),
  });
}

function configuredReward({ reward }: Config): RewardFunction {
  return new CritiqueRewardFunction({
    useMathVerify: reward.use_math_verify,
    formatWeight: reward.format_weight,
    correctReward: reward.correct_reward,
    incorrectReward: reward.incorrect_reward,
  });
}

async function configuredCritic(config: Config): Promise<Critic> {
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
  await critic.check();
  return critic;
}

function checkLengths({ data }: Config, contextLength: number): void {
  const row = data.max_prompt_length + data.max_response_length;
  if (row > contextLength) {
    throw new Error(
      `data.max_prompt_length + data.max_response_length is ${row} tokens, more than the model's ${contextLength}. Lower one of them`,
    );
  }
}

/** The longest sequence that a run may generate: a refinement. */
function contextOf(
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

function availableMemory(): number {
  return Deno.systemMemoryInfo().available;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
