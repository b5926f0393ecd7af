/** The problems of a run: loaded, checked, rendered to prompts. */

import type { Config } from "./config.ts";
import type { PromptedProblem } from "./step.ts";
import { Batches } from "./data/batches.ts";
import { checkGold } from "./data/gold.ts";
import { atEvenDistances, loadProblems } from "./data/load.ts";
import type { Problem } from "./data/problem.ts";
import { secretNumbersHeldOut, secretNumbersTrain } from "./data/secret_numbers/problems.ts";
import type { Tokenizer } from "./data/tokenizer.ts";

/** Training problems by step, and those held out. */
export interface RunProblems {
  /** The problems of a step; steps count from 0. */
  batchAt(step: number): { epoch: number; problems: PromptedProblem[] };
  /** Steps of the run. */
  totalSteps: number;
  /** Problems that validation asks; may be empty. */
  validation: PromptedProblem[];
  /** What was left out, in words. */
  notes: string[];
}

const BUILTIN = "builtin:secret_numbers";

/**
 * Loads what the configuration names.
 *
 * @throws where a file, a row or a gold answer cannot be used
 */
export async function loadRunProblems(config: Config, tokenizer: Tokenizer): Promise<RunProblems> {
  const notes: string[] = [];
  const validation = await heldOut(config, tokenizer, notes);
  const { data, trainer } = config;
  if (data.train_files[0] === BUILTIN) {
    const source = secretNumbersTrain({ seed: trainer.seed });
    const at = (step: number) =>
      Array.from(
        { length: data.train_batch_size },
        (_, i) => source.problemAt(step * data.train_batch_size + i),
      );
    if (trainer.total_training_steps === null) {
      throw new Error(
        `Set trainer.total_training_steps: ${BUILTIN} has no end, so total_epochs does not say when to stop`,
      );
    }
    return {
      batchAt: (step) => ({ epoch: 0, problems: prompted(at(step), tokenizer) }),
      totalSteps: trainer.total_training_steps,
      validation,
      notes,
    };
  }
  const problems = await fromFiles(config, data.train_files, tokenizer, notes);
  const batches = new Batches(problems, {
    batchSize: data.train_batch_size,
    seed: trainer.seed,
    shuffle: data.shuffle,
  });
  if (batches.leftOver > 0) {
    notes.push(
      `${problems.length} training problems make ${batches.stepsPerEpoch} batches of ${data.train_batch_size}; each epoch leaves ${batches.leftOver} out`,
    );
  }
  return {
    batchAt: (step) => {
      const { epoch, items } = batches.batchAt(step);
      return { epoch, problems: items };
    },
    totalSteps: trainer.total_training_steps ?? batches.stepsPerEpoch * trainer.total_epochs,
    validation,
    notes,
  };
}

async function heldOut(
  config: Config,
  tokenizer: Tokenizer,
  notes: string[],
): Promise<PromptedProblem[]> {
  const { val_files, val_max_samples } = config.data;
  if (val_files[0] !== BUILTIN) {
    return await fromFiles(config, val_files, tokenizer, notes, val_max_samples);
  }
  const all = secretNumbersHeldOut({ seed: config.trainer.seed });
  return prompted(atEvenDistances(all, val_max_samples), tokenizer);
}

async function fromFiles(
  config: Config,
  files: readonly string[],
  tokenizer: Tokenizer,
  notes: string[],
  maxSamples = -1,
): Promise<PromptedProblem[]> {
  if (files.length === 0) return [];
  const { data } = config;
  const { problems, dropped } = await loadProblems(
    files,
    data,
    { checkGold, unparsableGold: data.unparsable_gold, maxSamples },
  );
  if (dropped.length > 0) {
    notes.push(
      `${dropped.length} rows of ${
        files.join(", ")
      } were dropped: their gold answers cannot be parsed`,
    );
  }
  const all = prompted(problems, tokenizer);
  const short = all.filter(({ prompt }) => prompt.length <= data.max_prompt_length);
  if (short.length < all.length) {
    const longest = all.reduce((n, { prompt }) => Math.max(n, prompt.length), 0);
    notes.push(
      `${all.length - short.length} of ${all.length} prompts of ${
        files.join(", ")
      } were dropped: they are longer than data.max_prompt_length=${data.max_prompt_length} tokens (the longest has ${longest})`,
    );
  }
  if (short.length === 0) {
    throw new Error(`No problem of ${files.join(", ")} is left. ${notes.join(". ")}`);
  }
  return short;
}

function prompted(problems: readonly Problem[], tokenizer: Tokenizer): PromptedProblem[] {
  return problems.map((problem) => ({
    ...problem,
    prompt: tokenizer.encodeChat(problem.messages),
  }));
}
