/** Tasks from files as the states of a run: the generator solves each, and its solutions are criticised. */

import { extractCode } from "../../sandbox/judge/extract.ts";
import type { Config } from "../config.ts";
import { Batches } from "../data/batches.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { deriveSeed } from "../seed.ts";
import type { Batch, States } from "./method.ts";
import { criticMessages, generatorMessages } from "./prompts.ts";
import type { State, TestRunner } from "./state.ts";
import type { CodeTask } from "./tasks.ts";
import type { Writer } from "./writer.ts";

/** What states are made with. */
export interface TaskStateParts {
  /** Batch, lengths, seed. */
  config: Config;
  /** The critic's. */
  tokenizer: Tokenizer;
  /** Writes the solutions. */
  generator: Writer;
  /** Runs them. */
  runner: TestRunner<CodeTask>;
}

/** The states of a run; solutions are drawn anew at every step, by the same seeds in a resumed one. */
export async function taskStates(
  parts: TaskStateParts,
  tasks: readonly CodeTask[],
  heldOut: readonly CodeTask[],
): Promise<States<CodeTask>> {
  const { data, trainer, ctrl } = parts.config;
  const batches = new Batches(tasks, {
    batchSize: data.train_batch_size / ctrl.solutions,
    seed: trainer.seed,
    shuffle: data.shuffle,
  });
  return {
    batchAt: async (step) => {
      const { epoch, items } = batches.batchAt(step);
      return { epoch, ...await solved(parts, items, ctrl.solutions, ["solution", step]) };
    },
    epochAt: (step) => batches.batchAt(step).epoch,
    totalSteps: trainer.total_training_steps ?? batches.stepsPerEpoch * trainer.total_epochs,
    heldOut: (await solved(parts, heldOut, 1, ["held out"])).states,
  };
}

/** So many solutions of each task, run; those without a program are counted and have no place in a batch. */
async function solved(
  { config, tokenizer, generator, runner }: TaskStateParts,
  tasks: readonly CodeTask[],
  count: number,
  name: (string | number)[],
): Promise<Omit<Batch<CodeTask>, "epoch">> {
  const { max_tokens, temperature, top_p } = config.ctrl.generator;
  const wanted = tasks.flatMap((task) => Array.from({ length: count }, (_, i) => ({ task, i })));
  const written = await generator.write(
    wanted.map(({ task }) => generatorMessages(task.statement, task.face)),
    {
      maxTokens: max_tokens,
      temperature,
      topP: top_p,
      seeds: wanted.map(({ task, i }) => deriveSeed(config.trainer.seed, ...name, task.id, i)),
    },
  );
  const states = wanted.map(({ task, i }, k): State<CodeTask> => {
    const solution = written[k].text;
    const chat = criticMessages(task.statement, solution);
    return {
      id: `${task.id}#${i}`,
      source: task.face,
      problem: task.statement,
      solution,
      passed: false,
      tests: task,
      face: task.face,
      prompt: tokenizer.encodeChat(chat),
    };
  });
  const codes = states.map(({ solution }) => extractCode(solution, "python").code);
  const fits = (k: number) => states[k].prompt.length <= config.data.max_prompt_length;
  const kept = [...states.keys()].filter((k) => codes[k].trim() !== "" && fits(k));
  const outcomes = await runner.run(kept.map((k) => ({ code: codes[k], tests: states[k].tests })));
  return {
    states: kept.map((k, at) => ({
      ...states[k],
      passed: outcomes[at].passed,
      outcome: outcomes[at],
    })),
    metrics: {
      "ctrl/solutions": states.length,
      "ctrl/solutions_without_program": codes.filter((code) => code.trim() === "").length,
      "ctrl/solutions_too_long": [...states.keys()].filter((k) => !fits(k)).length,
      "ctrl/solutions_passed": outcomes.filter(({ passed }) => passed).length,
    },
  };
}
