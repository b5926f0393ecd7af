/** `deno task ctrl:rl`: stage II of CTRL on tasks from files. */

import { availableParallelism } from "node:os";
import { LocalSandbox } from "../../sandbox/local.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { Device } from "../../gpu/device.ts";
import { type Config, ConfigError, loadConfig } from "../config.ts";
import { Run } from "../loop.ts";
import { runConfigured } from "../command.ts";
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
} from "../setup.ts";
import { Execution } from "./execution.ts";
import { JudgeRunner } from "./judge_runner.ts";
import { CriticTraining } from "./method.ts";
import { openWriter } from "./open_writer.ts";
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
  const model = loadPolicyModel(config, from, tokenizer);
  checkLengths(config, model.config.maxPositions);
  const tasks = await fromFiles(data.train_files, reporter);
  const heldOut = await fromFiles(data.val_files, reporter);
  const generator = await configuredGenerator(config);
  await using sandbox = await configuredSandbox(config);
  const execution = new Execution(sandbox, {
    say: (text) => reporter.warn(text),
  });
  const runner = new JudgeRunner(execution, ctrl.sandbox.concurrency, ctrl.partial_reward);
  using opened = await openRun(config, reporter);
  const states = await taskStates({ config, tokenizer, generator, runner }, tasks, heldOut);
  reporter.note(
    `${trainer.experiment_name}: ${tasks.length} tasks, ${states.totalSteps} steps, in ${opened.folder.path}`,
  );
  using learner = newPolicy(new Device({ threads: trainer.threads }), model, config, tokenizer);
  const policy = await answering(config, learner, {
    folder: opened.folder.path,
    prompts: tasks.slice(0, 4).map(({ statement, face }) =>
      tokenizer.encodeChat(generatorMessages(statement, face))
    ),
    contextLength: contextOf(config, model.config.maxPositions),
    tokenizer,
    reporter,
  });
  const parts = { config, policy, tokenizer, generator, runner, reporter };
  return await new Run(new CriticTraining(parts, states), opened.folder).go(opened.found);
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

function configuredSandbox({ ctrl: { sandbox } }: Config): Promise<LocalSandbox | SandboxClient> {
  const { url, concurrency, max_attempts } = sandbox;
  if (url === null) return LocalSandbox.create({ concurrency: LOCAL });
  return Promise.resolve(new SandboxClient({ endpoint: url, concurrency, attempts: max_attempts }));
}

/** Programs at once on this machine. */
const LOCAL = Math.max(2, availableParallelism());

if (import.meta.main) {
  await runConfigured(
    USAGE,
    async (sources) => (await ctrlRl({ config: loadConfig(sources) })).finished ? 0 : 130,
  );
}
