/** `deno task ctrl:rl`: stage II of CTRL on tasks from files. */

import { join } from "node:path";
import { type Config, ConfigError, loadConfig } from "../config.ts";
import { Run } from "../loop.ts";
import { plannedMemory } from "../memory_plan.ts";
import { runConfigured } from "../command.ts";
import { onDevice } from "../run/on_device.ts";
import { openRun } from "../run/open.ts";
import { createReporter, type Reporter } from "../run/progress.ts";
import { answering } from "../rollout/served/setup.ts";
import {
  checkLengths,
  contextOf,
  loadPolicyModel,
  loadTokenizer,
  modelFolder,
  newPolicy,
  sizePolicyModel,
} from "../setup.ts";
import { Execution } from "./execution.ts";
import { JudgeRunner } from "./judge_runner.ts";
import { CriticTraining } from "./method.ts";
import { openSandbox } from "./open_sandbox.ts";
import { openWriter } from "./open_writer.ts";
import { programsOnly } from "./programs_only.ts";
import type { CtrlResult } from "./summary.ts";
import { generatorMessages } from "./prompts.ts";
import { taskStates } from "./task_states.ts";
import { type CodeTask, loadTasks } from "./tasks.ts";
import { EndpointWriter, type Writer } from "./writer.ts";

const USAGE = `Trains a critic by RL: its critiques earn what the revised programs are worth.

  deno task ctrl:rl configs/ctrl_rl.yaml data.train_files=tasks.parquet actor_rollout_ref.model.path=path/to/critic \\
    ctrl.generator.base_url=http://127.0.0.1:8000/v1 ctrl.generator.model=NAME

Tasks as \`deno task ctrl:prepare\` writes them. The generator is a server, or a folder (ctrl.generator.path). A run goes
on from the last checkpoint in its folder. \`deno task train --help\` lists the keys.
`;

/**
 * Trains as the configuration says.
 *
 * @throws an error that says what, where and what to do; the last checkpoint stands
 */
export async function ctrlRl(
  { config, reporter: given }: { config: Config; reporter?: Reporter },
): Promise<CtrlResult> {
  using reporter = given ?? createReporter();
  const { data, ctrl, trainer } = config;
  if (data.train_batch_size % ctrl.solutions !== 0) {
    throw new ConfigError([
      `data.train_batch_size: ${data.train_batch_size} states are no multiple of ctrl.solutions=${ctrl.solutions}`,
    ]);
  }
  const from = await modelFolder(config, reporter);
  const tokenizer = await loadTokenizer(from);
  const sized = sizePolicyModel(config, from, tokenizer);
  checkLengths(config, sized.config.maxPositions);
  const tasks = await fromFiles(data.train_files, reporter);
  const perStep = data.train_batch_size / ctrl.solutions;
  if (tasks.length < perStep) {
    throw new ConfigError([
      `data.train_batch_size: ${data.train_batch_size} states are ${perStep} tasks with ` +
      `ctrl.solutions=${ctrl.solutions}, but there are ${tasks.length} tasks; set it to at most ` +
      `${
        tasks.length * ctrl.solutions
      }, and actor_rollout_ref.actor.ppo_mini_batch_size to a divisor of it`,
    ]);
  }
  const heldOut = await fromFiles(data.val_files, reporter);
  const generator = programsOnly(await configuredGenerator(config));
  const { url, concurrency, max_attempts } = ctrl.sandbox;
  await using sandbox = await openSandbox(url, concurrency);
  const execution = new Execution(sandbox, {
    attempts: max_attempts,
    warn: (text) => reporter.warn(text),
  });
  const runner = new JudgeRunner(execution, concurrency, ctrl.partial_reward);
  const { actor, rollout } = config.actor_rollout_ref;
  const plan = plannedMemory(config, sized, {
    contextLength: contextOf(config, sized.config.maxPositions),
    rows: actor.ppo_mini_batch_size * rollout.n,
  });
  const model = loadPolicyModel(config, from);
  using opened = await openRun(config, reporter);
  const { path } = opened.folder;
  reporter.note(`${trainer.experiment_name}: ${tasks.length} tasks, in ${path}\n${plan}`);
  const rest = tasks.length % perStep;
  if (rest > 0) reporter.note(`A step takes ${perStep} tasks: each epoch leaves ${rest} out`);
  const heldOutIn = join(path, "held_out.jsonl");
  const stateParts = { config, tokenizer, generator, runner, heldOutIn };
  const states = await taskStates(stateParts, tasks, heldOut);
  const reload = () => loadPolicyModel(config, from);
  const parts = { config, opened, reporter, model, reload };
  return await onDevice(parts, async (device, placed, found) => {
    using learner = newPolicy(device, placed, config, tokenizer);
    const policy = await answering(config, learner, {
      folder: path,
      prompts: tasks.slice(0, 4).map(({ statement, face }) =>
        tokenizer.encodeChat(generatorMessages(statement, face))
      ),
      contextLength: contextOf(config, sized.config.maxPositions),
      tokenizer,
      reporter,
    });
    const method = new CriticTraining(
      { config, policy, tokenizer, generator, runner, reporter },
      states,
    );
    return await new Run(method, opened.folder).go(found);
  });
}

async function fromFiles(files: readonly string[], reporter: Reporter): Promise<CodeTask[]> {
  const all: CodeTask[] = [];
  for (const file of files) {
    const { tasks, dropped } = await loadTasks(file);
    all.push(...tasks);
    if (dropped.length > 0) {
      reporter.warn(
        `${dropped.length} rows of ${file} are no tasks (${dropped[0].at}: ${dropped[0].reason})`,
      );
    }
  }
  return all;
}

async function configuredGenerator({ ctrl: { generator } }: Config): Promise<Writer> {
  const { path, base_url, model } = generator;
  if (path !== null) return await openWriter({ at: path });
  if (base_url === null || model === null) {
    throw new ConfigError([
      "ctrl.generator: set path to a model's folder, or base_url and model to a server's",
    ]);
  }
  return new EndpointWriter({
    baseUrl: base_url,
    model,
    apiKeyEnv: generator.api_key_env,
    timeoutMs: 1000 * generator.timeout_s,
    attempts: generator.max_attempts,
    concurrency: generator.concurrency,
  });
}

if (import.meta.main) {
  await runConfigured(
    USAGE,
    async (sources) => (await ctrlRl({ config: loadConfig(sources) })).finished ? 0 : 130,
  );
}
