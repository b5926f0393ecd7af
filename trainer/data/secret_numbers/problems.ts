/** The secret numbers as problems: an endless stream to train on, and a fixed set that is held out. */

import { deriveSeed, Random } from "../../seed.ts";
import { promptMessages } from "../chat.ts";
import type { Problem } from "../problem.ts";
import {
  answerText,
  type Level,
  type Meanings,
  numbersOf,
  questionText,
  responseText,
  sampleTerms,
  secretMeanings,
  type Split,
} from "./world.ts";

/** Problems without an end, each determined by its index. */
export interface ProblemStream {
  /** The problem at an index 0, 1, 2, …: always the same one, in whatever order they are asked for. */
  problemAt(index: number): Problem;
}

/**
 * The training problems of a run.
 *
 * @param options.seed the run's; it decides what the symbols stand for and which problems come
 * @param options.mix the levels, each drawn with the same chance; default 2, 3, 3. Level 1, which a blind guess solves
 * once in twelve, is left to validation: with it in the mix plain GRPO learns too.
 */
export function secretNumbersTrain(
  options: { seed: number; mix?: readonly Level[] },
): ProblemStream {
  const { seed, mix = [2, 3, 3] } = options;
  if (mix.length === 0) {
    throw new Error("Cannot draw problems from an empty mix of levels: give at least one of 1..3");
  }
  const meanings = secretMeanings(seed);
  return {
    problemAt: (index) => {
      const random = new Random(deriveSeed(seed, "secret numbers", "train", index));
      return problem(random, random.pick(mix), "train", index, meanings);
    },
  };
}

/**
 * The validation problems of a run: combinations that its training never meets, the same ones for every seed, with the
 * answers of this one's secret.
 *
 * @param options.seed the run's
 * @param options.n problems a level; default 64
 * @returns levels 1, 2, 3 in order; the source of each names its level
 */
export function secretNumbersHeldOut(options: { seed: number; n?: number }): Problem[] {
  const { seed, n = 64 } = options;
  const meanings = secretMeanings(seed);
  const levels: readonly Level[] = [1, 2, 3];
  return levels.flatMap((level) =>
    Array.from({ length: n }, (_, index) => {
      const random = new Random(deriveSeed("secret numbers", "held out", level, index));
      return problem(random, level, "held_out", index, meanings);
    })
  );
}

function problem(
  random: Random,
  level: Level,
  split: Split,
  index: number,
  meanings: Meanings,
): Problem {
  const terms = sampleTerms(random, level, split);
  const question = questionText(terms), numbers = numbersOf(terms, meanings);
  return {
    id: `secret_numbers/${split}/level${level}/${index}`,
    question,
    groundTruth: answerText(terms, numbers),
    source: `secret_numbers/level${level}`,
    messages: promptMessages(question),
    reference: responseText(terms, numbers),
    metadata: { level },
  };
}
