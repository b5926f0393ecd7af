/** Tasks from files as the states of a run: the generator solves each, and its solutions are criticised. */

import { extractCode } from "../../sandbox/judge/extract.ts";
import type { Config } from "../config.ts";
import { Batches } from "../data/batches.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { deriveSeed } from "../seed.ts";
import { Journal } from "./journal.ts";
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
  /** Writes the solutions, as the critic is to see them. */
  generator: Writer;
  /** Runs them. */
  runner: TestRunner<CodeTask>;
  /** The file that keeps the held-out solutions, so that a resumed run is measured by the same. */
  heldOutIn: string;
}

interface Wanted {
  task: CodeTask;
  /** Of the task's solutions, from 0. */
  sample: number;
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
  const totalSteps = trainer.total_training_steps ?? batches.stepsPerEpoch * trainer.total_epochs;
  const draw = async (step: number): Promise<Batch<CodeTask>> => {
    const { epoch, items } = batches.batchAt(step);
    const wanted = items.flatMap((task) =>
      Array.from({ length: ctrl.solutions }, (_, sample) => ({ task, sample }))
    );
    const solutions = await solve(parts, wanted, "solution", step);
    return { epoch, ...await run(parts, wanted, solutions) };
  };
  // A server solves the next step's tasks while the critic learns; in this process, it would only take its time.
  const aside = ctrl.generator.path === null;
  let ahead: { step: number; batch: Promise<Batch<CodeTask>> } | null = null;
  return {
    batchAt: async (step) => {
      const batch = await (ahead?.step === step ? ahead.batch : draw(step));
      ahead = aside && step + 1 < totalSteps ? { step: step + 1, batch: draw(step + 1) } : null;
      ahead?.batch.catch(() => {}); // Whoever asks for it is told.
      return batch;
    },
    epochAt: (step) => batches.batchAt(step).epoch,
    totalSteps,
    heldOut: await heldOutStates(parts, heldOut),
  };
}

async function heldOutStates(
  parts: TaskStateParts,
  tasks: readonly CodeTask[],
): Promise<readonly State<CodeTask>[]> {
  const keyOf = ({ place, task }: { place: number; task: string }) => JSON.stringify([place, task]);
  const journal = await Journal.open<{ place: number; task: string; solution: string }>(
    parts.heldOutIn,
    keyOf,
  );
  const all = tasks.map((task, place) => ({ task, sample: 0, key: { place, task: task.id } }));
  const missing = all.filter(({ key }) => !journal.get(keyOf(key)));
  const solutions = await solve(parts, missing, "held out");
  await journal.append(missing.map(({ key }, i) => ({ ...key, solution: solutions[i] })));
  const solved = all.map(({ key }) => journal.get(keyOf(key))!.solution);
  return (await run(parts, all, solved)).states;
}

/** A solution of each. */
async function solve(
  { config, generator }: TaskStateParts,
  wanted: readonly Wanted[],
  ...name: (string | number)[]
): Promise<string[]> {
  const { max_tokens, temperature, top_p } = config.ctrl.generator;
  const written = await generator.write(
    wanted.map(({ task }) => generatorMessages(task.statement, task.face)),
    {
      maxTokens: max_tokens,
      temperature,
      topP: top_p,
      seeds: wanted.map(({ task, sample }) =>
        deriveSeed(config.trainer.seed, ...name, task.id, sample)
      ),
    },
  );
  return written.map(({ text }) => text);
}

/** Runs solutions; those without a program, or too long for the critic, are counted and have no place in a batch. */
async function run(
  { config, tokenizer, runner }: TaskStateParts,
  wanted: readonly Wanted[],
  solutions: readonly string[],
): Promise<Omit<Batch<CodeTask>, "epoch">> {
  const states = wanted.map(({ task, sample }, k): State<CodeTask> => ({
    id: `${task.id}#${sample}`,
    source: task.face,
    problem: task.statement,
    solution: solutions[k],
    passed: false,
    tests: task,
    face: task.face,
    prompt: tokenizer.encodeChat(criticMessages(task.statement, solutions[k])),
  }));
  const codes = solutions.map((solution) => extractCode(solution, "python").code);
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
