/** The problems of a run: loaded, checked, rendered to prompts. */

import type { Config } from "./config.ts";
import type { PromptedProblem } from "./step.ts";
import { Batches } from "./data/batches.ts";
import { checkGold } from "./data/gold.ts";
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
  const validation = await heldOut(config, tokenizer, options);
  const { data, trainer } = config;
  if (data.train_files[0] === BUILTIN) {
    const source = secretNumbersTrain({ seed: trainer.seed });
    if (trainer.total_training_steps === null) {
      throw new Error(
        `Set trainer.total_training_steps: ${BUILTIN} has no end, so total_epochs does not say when to stop`,
      );
    }
    const at = (step: number, i: number) =>
      prompted(source.problemAt(step * data.train_batch_size + i), tokenizer);
    const { length } = at(0, 0).prompt; // of all of them
    if (length > data.max_prompt_length) {
      throw new Error(
        `The prompts of ${BUILTIN} have ${length} tokens, data.max_prompt_length is ${data.max_prompt_length}. Raise it`,
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
  const problems = await fromFiles(config, data.train_files, tokenizer, options);
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
    const drawn = new Map<Prompting, PromptedProblem>();
    const promptOf = (item: Prompting) => drawn.get(item) ?? drawn.set(item, item()).get(item)!;
    const { epoch, items, dropped } = batches.batchAt(
      step,
      (item) => promptOf(item).prompt.length <= data.max_prompt_length,
    );
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

/** A problem that is rendered and tokenised when it is asked for, or was before. */
type Prompting = () => PromptedProblem;

async function heldOut(
  config: Config,
  tokenizer: Tokenizer,
  options: ProblemOptions,
): Promise<() => PromptedProblem[]> {
  const { val_files, val_max_samples } = config.data;
  if (val_files[0] === BUILTIN) {
    const all = secretNumbersHeldOut({ seed: config.trainer.seed });
    const problems = atEvenDistances(all, val_max_samples).map((p) => prompted(p, tokenizer));
    return () => problems;
  }
  const problems = await fromFiles(config, val_files, tokenizer, options, val_max_samples);
  let measured: PromptedProblem[] | undefined;
  return () => measured ??= fitting(config, val_files, problems.map((of) => of()), options.say);
}

async function fromFiles(
  config: Config,
  files: readonly string[],
  tokenizer: Tokenizer,
  options: ProblemOptions,
  maxSamples = -1,
): Promise<Prompting[]> {
  if (files.length === 0) return [];
  const { data } = config;
  const { problems, dropped } = await loadProblems(
    files,
    data,
    { checkGold, unparsableGold: data.unparsable_gold, maxSamples },
  );
  if (dropped.length > 0) {
    options.say(
      `${dropped.length} rows of ${
        files.join(", ")
      } were dropped: their gold answers cannot be parsed`,
    );
  }
  const measured = () =>
    fitting(config, files, problems.map((p) => prompted(p, tokenizer)), options.say);
  if (problems.length <= MEASURED_FIRST) return measured().map((problem) => () => problem);
  options.say(
    `${
      files.join(", ")
    }: ${problems.length} problems, so prompts are held against data.max_prompt_length=${data.max_prompt_length} as they are drawn`,
  );
  if (options.measureAll) measured();
  return problems.map((problem) => () => prompted(problem, tokenizer));
}

/** Those whose prompts are not too long; tells how many others there are. */
function fitting(
  { data }: Config,
  files: readonly string[],
  all: PromptedProblem[],
  say: ProblemOptions["say"],
): PromptedProblem[] {
  const short = all.filter(({ prompt }) => prompt.length <= data.max_prompt_length);
  if (short.length === all.length) return all;
  const longest = all.reduce((n, { prompt }) => Math.max(n, prompt.length), 0);
  const told = `${all.length - short.length} of ${all.length} prompts of ${
    files.join(", ")
  } were dropped: they are longer than data.max_prompt_length=${data.max_prompt_length} tokens (the longest has ${longest})`;
  if (short.length === 0) {
    throw new Error(`No problem of ${files.join(", ")} is left. ${told}. Raise it`);
  }
  say(told);
  return short;
}

function prompted(problem: Problem, tokenizer: Tokenizer): PromptedProblem {
  return { ...problem, prompt: tokenizer.encodeChat(problem.messages) };
}
