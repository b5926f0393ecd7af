/** The problems of a run: loaded, checked, rendered to prompts. */

import type { Config } from "./config.ts";
import { Prompts } from "./prompts.ts";
import type { PromptedProblem } from "./step.ts";
import { Batches } from "./data/batches.ts";
import { atEvenDistances, loadProblems } from "./data/load.ts";
import type { Problem } from "./data/problem.ts";
import { secretNumbersHeldOut, secretNumbersTrain } from "./data/secret_numbers/problems.ts";
import type { Tokenizer } from "./data/tokenizer.ts";

/** The problems of a step. */
export interface ProblemBatch {
  /** The pass over the training problems, from 0. */
  epoch: number;
  /** `data.train_batch_size` problems. */
  problems: PromptedProblem[];
  /** Whose places others took, because their prompts are too long. */
  dropped: PromptedProblem[];
}

/** Training problems by step, and those held out. */
export interface RunProblems {
  /** The problems of a step; steps count from 0. */
  batchAt(step: number): ProblemBatch;
  /** The epoch of a step. */
  epochAt(step: number): number;
  /** Steps of the run. */
  totalSteps: number;
  /** Problems that validation asks; may be none. */
  validation(): PromptedProblem[];
}

/** How problems are loaded. */
export interface ProblemOptions {
  /** Told what was left out. */
  say: (text: string) => void;
  /** Why the reward cannot use a gold answer, or null if it can. @default it can use any */
  checkGold?: (gold: string) => string | null;
  /** Measure every prompt now, however many there are, and tell. @default false */
  measureAll?: boolean;
}

const BUILTIN = "builtin:secret_numbers";

/**
 * A set of at most this many problems is measured as a whole before the first step, in less than a second. Tens of
 * thousands would take half a minute, so the prompts of a larger set are measured as they are drawn.
 */
export const MEASURED_FIRST = 2048;

/**
 * Loads what the configuration names. Every row and gold answer is checked now; prompts longer than
 * `data.max_prompt_length` are dropped now or, from sets of more than {@linkcode MEASURED_FIRST}, as they are drawn.
 *
 * @throws where a file, a row or a gold answer cannot be used
 */
export async function loadRunProblems(
  config: Config,
  tokenizer: Tokenizer,
  options: ProblemOptions,
): Promise<RunProblems> {
  const { data, trainer } = config;
  const prompts = new Prompts(tokenizer, data.max_prompt_length);
  const validation = await heldOut(config, prompts, options);
  if (data.train_files[0] === BUILTIN) {
    const source = secretNumbersTrain({ seed: trainer.seed });
    if (trainer.total_training_steps === null) {
      throw new Error(
        `Set trainer.total_training_steps: ${BUILTIN} has no end, so total_epochs does not say when to stop`,
      );
    }
    const at = (step: number, i: number) =>
      prompts.of(source.problemAt(step * data.train_batch_size + i));
    const one = at(0, 0); // All are as long.
    if (!prompts.fits(one)) {
      throw new Error(
        `The prompts of ${BUILTIN} have ${one.prompt.length} tokens, data.max_prompt_length is ${data.max_prompt_length}. Raise it`,
      );
    }
    return {
      batchAt: (step) => ({
        epoch: 0,
        problems: Array.from({ length: data.train_batch_size }, (_, i) => at(step, i)),
        dropped: [],
      }),
      epochAt: () => 0,
      totalSteps: trainer.total_training_steps,
      validation,
    };
  }
  const problems = await fromFiles(config, data.train_files, prompts, options);
  const batches = new Batches(problems, {
    batchSize: data.train_batch_size,
    seed: trainer.seed,
    shuffle: data.shuffle,
  });
  if (batches.leftOver > 0) {
    options.say(
      `${problems.length} training problems make ${batches.stepsPerEpoch} batches of ${data.train_batch_size}; each epoch leaves ${batches.leftOver} out`,
    );
  }
  const batchAt = (step: number): ProblemBatch => {
    const drawn = new Map<Problem, PromptedProblem>();
    const promptOf = (problem: Problem) =>
      drawn.get(problem) ?? drawn.set(problem, prompts.of(problem)).get(problem)!;
    const fits = (problem: Problem) => prompts.fits(promptOf(problem));
    const { epoch, items, dropped } = batches.batchAt(step, fits);
    if (items.length < data.train_batch_size && dropped.length > 0) {
      throw new Error(
        `Cannot fill a batch of data.train_batch_size=${data.train_batch_size}: of ${problems.length} prompts only ${items.length} have ` +
          `at most data.max_prompt_length=${data.max_prompt_length} tokens. Raise it`,
      );
    }
    return { epoch, problems: items.map(promptOf), dropped: dropped.map(promptOf) };
  };
  // Whatever is wrong with all prompts alike (no chat template, a budget that nothing fits) shows in the first batch.
  const first = batchAt(0);
  return {
    batchAt: (step) => step === 0 ? first : batchAt(step),
    epochAt: (step) => batches.epochAt(step),
    totalSteps: trainer.total_training_steps ?? batches.stepsPerEpoch * trainer.total_epochs,
    validation,
  };
}

async function heldOut(
  config: Config,
  prompts: Prompts,
  options: ProblemOptions,
): Promise<() => PromptedProblem[]> {
  const { val_files, val_max_samples } = config.data;
  let problems: Problem[];
  if (val_files[0] === BUILTIN) {
    const every = secretNumbersHeldOut({ seed: config.trainer.seed });
    problems = prompts.within(atEvenDistances(every, val_max_samples), BUILTIN, options.say);
  } else problems = await fromFiles(config, val_files, prompts, options, val_max_samples);
  let all: PromptedProblem[] | undefined;
  return () => {
    if (all) return all;
    const measured = problems.length <= MEASURED_FIRST
      ? problems
      : prompts.within(problems, val_files.join(", "), options.say);
    return all = measured.map((problem) => prompts.of(problem)).filter((p) => prompts.fits(p));
  };
}

async function fromFiles(
  config: Config,
  files: readonly string[],
  prompts: Prompts,
  { say, checkGold, measureAll }: ProblemOptions,
  maxSamples = -1,
): Promise<Problem[]> {
  if (files.length === 0) return [];
  const { data } = config, name = files.join(", ");
  const { problems, dropped } = await loadProblems(
    files,
    data,
    { checkGold, unparsableGold: data.unparsable_gold, maxSamples },
  );
  if (dropped.length > 0) {
    say(`${dropped.length} rows of ${name} were dropped: their gold answers cannot be parsed`);
  }
  if (problems.length <= MEASURED_FIRST) return prompts.within(problems, name, say);
  say(
    `${name}: ${problems.length} problems, so prompts are held against data.max_prompt_length=${data.max_prompt_length} as they are drawn`,
  );
  if (measureAll) prompts.within(problems, name, say);
  return problems;
}
