/** The embedded default: every stage of CTRL on the micro-world, from nothing to `summary.json`. */

import { join } from "node:path";
import { LocalSandbox } from "../../sandbox/local.ts";
import { placeModel } from "../../gpu/model/mod.ts";
import type { Config } from "../config.ts";
import { Run } from "../loop.ts";
import { LocalEngine } from "../rollout/local_engine.ts";
import { onDevice } from "../run/on_device.ts";
import { openRun } from "../run/open.ts";
import { createReporter, type Reporter } from "../run/progress.ts";
import { contextOf, newPolicy } from "../setup.ts";
import { CriticTraining } from "./method.ts";
import type { CtrlResult } from "./summary.ts";
import { takeTurns } from "./turns.ts";
import { microStates } from "./world/data.ts";
import { pretrainCritic, pretrainGenerator } from "./world/pretrain.ts";
import { MicroRunner } from "./world/runner.ts";
import { newMicroModel } from "./world/tiny_model.ts";
import { microTokenizer } from "./world/tokenizer_files.ts";
import { EngineWriter } from "./writer.ts";

/** What {@linkcode ctrlDemo} takes. */
export interface DemoOptions {
  /** From `loadConfig`. */
  config: Config;
  /** Shows progress. @default bars in a terminal, lines elsewhere */
  reporter?: Reporter;
}

/** Programs that tell how far the critic's SFT has come. */
const LOOK_AT = 160;

/**
 * Trains generator and critic by SFT, then the critic by RL; goes on from the folder's last checkpoint.
 *
 * @throws an error that says what, where and what to do; the last checkpoint stands
 */
export async function ctrlDemo({ config, reporter: given }: DemoOptions): Promise<CtrlResult> {
  using reporter = given ?? createReporter();
  await using sandbox = await LocalSandbox.create();
  const runner = new MicroRunner(sandbox, {
    attempts: config.ctrl.sandbox.max_attempts,
    warn: (text) => reporter.warn(text),
  });
  using opened = await openRun(config, reporter);
  const { folder } = opened;
  const { seed } = config.trainer;
  const criticTokenizer = microTokenizer("critic"),
    generatorTokenizer = microTokenizer("generator");
  const reload = () => newMicroModel(seed, "critic");
  const critic = reload();
  reporter.note(
    `${config.trainer.experiment_name}: two models of ${
      critic.weights.layout.parameters.toLocaleString("en")
    } parameters, ${config.trainer.total_training_steps} steps of RL, in ${folder.path}`,
  );
  const states = await microStates(config, criticTokenizer, runner);
  return await onDevice(
    { config, opened, reporter, model: critic, reload },
    async (device, critic, found) => {
      const parts = { device, config, reporter };
      using model = placeModel(device, newMicroModel(seed, "generator"));
      let seconds = await pretrainGenerator(
        parts,
        model,
        generatorTokenizer,
        join(folder.path, "generator"),
      );
      const contextLength = contextOf(config, model.config.maxPositions);
      const decoding = { slots: config.actor_rollout_ref.rollout.max_num_seqs, contextLength };
      using engine = new LocalEngine(device, model, {
        ...decoding,
        endTokens: generatorTokenizer.eosIds,
      });
      const generator = new EngineWriter(engine, generatorTokenizer, contextLength);
      if (!found) {
        using draft = new LocalEngine(device, critic, {
          ...decoding,
          endTokens: criticTokenizer.eosIds,
        });
        const looked = await microStates(lookingAt(config), criticTokenizer, runner);
        const { states: sample } = await looked.batchAt(0);
        const writer = new EngineWriter(draft, criticTokenizer, contextLength);
        const turnParts = { critic: writer, generator, runner };
        const mended = async () => {
          const [turn] = await takeTurns(turnParts, sample, {
            turns: 1,
            temperature: config.ctrl.evaluation.temperature,
            critiqueTokens: config.data.max_response_length,
            revisionTokens: config.ctrl.generator.max_tokens,
            seed,
          });
          const wrong = sample.filter(({ passed }) => !passed).length / sample.length;
          return turn.delta_up / wrong;
        };
        const keptIn = join(folder.path, "critic");
        seconds += await pretrainCritic(parts, critic, criticTokenizer, keptIn, mended);
      }
      using policy = newPolicy(device, critic, config, criticTokenizer);
      const method = new CriticTraining(
        { config, policy, tokenizer: criticTokenizer, generator, runner, reporter },
        states,
      );
      return await new Run(method, folder, seconds).go(found);
    },
  );
}

/** Training programs of another seed: neither those of RL nor held out. */
function lookingAt(config: Config): Config {
  return {
    ...config,
    data: { ...config.data, train_batch_size: LOOK_AT },
    trainer: { ...config.trainer, seed: config.trainer.seed + 1_000_000 },
  };
}
