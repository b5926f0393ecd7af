/** What an answer is worth: the faces, and the reward of the Critique-GRPO recipe. */

import { extract, type Outcome, type Verdict, verify } from "../../verifier-wasm/mod.ts";
import { checkGold } from "../data/gold.ts";
import { hasThinkFormat } from "./format.ts";

/** A response's worth, with the verdict that it rests on. */
export interface Score {
  /** What the policy is trained on. */
  reward: number;
  /** accuracy·(1−w) + format·w, in [0, 1]; orders responses of equal reward. */
  score: number;
  /** 1 where the answer equals the ground truth, else 0. */
  accuracy: number;
  /** 1 where the response keeps to the format, else 0. */
  format: number;
  /** Why the accuracy is what it is: a wrong answer differs from one that could not be read. */
  outcome: Outcome;
  /** The answer as found in the response; null where there is none. */
  extracted: string | null;
  /** The verdict in words, for a person. */
  reason: string;
}

/** What a reward function says of a response; what it leaves out of a {@linkcode Score} follows from the reward. */
export interface Worth extends Partial<Score> {
  /** What the policy is trained on; correct means above 0. */
  reward: number;
}

/** A response and the answer that it is held against. */
export interface RewardSample {
  /** The whole response, or a bare answer. */
  solution: string;
  /** The gold answer. */
  groundTruth: string;
  /** The question, without instructions; a run always tells it. */
  question?: string;
  /** The data set that the problem belongs to; a run always tells it. */
  source?: string;
  /** The row's other columns; a run always tells them. */
  metadata?: Readonly<Record<string, unknown>>;
}

/** Anything that scores a response: implement it to train on a reward of your own. */
export interface RewardFunction {
  /**
   * Scores one response.
   *
   * @throws where the ground truth is unusable; an answer that cannot be read is a low score instead
   */
  score(sample: RewardSample): Worth | Promise<Worth>;
  /**
   * Why it cannot score against a ground truth, or null where it can; a run asks it of every row before the first step.
   *
   * @default it can use any
   */
  checkGold?(groundTruth: string): string | null;
}

/** Options of {@linkcode CritiqueRewardFunction}. */
export interface CritiqueRewardOptions {
  /** Compare as mathematics; false compares the trimmed texts of the answers. @default {true} */
  useMathVerify?: boolean;
  /** w, the format's share of the score, in [0, 1]. @default {0.1} */
  formatWeight?: number;
  /** The reward where score > 0.5. @default {1} */
  correctReward?: number;
  /** The reward elsewhere. @default {0} */
  incorrectReward?: number;
}

/**
 * Whether a reward counts as correct: iff it is above zero. The critique, the refinement trigger and the selection
 * all ask this. It takes the *reward*, not the score: a wrong answer in good format has a score of w > 0.
 */
export function isCorrect(reward: number): boolean {
  return reward > 0;
}

/**
 * The recipe's reward: score = accuracy·(1−w) + format·w, reward = `correctReward` iff score > 0.5.
 *
 * @example A bare gold answer
 * ```ts
 * import { CritiqueRewardFunction } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * const reward = new CritiqueRewardFunction({
 *   useMathVerify: true,
 *   formatWeight: 0.1, // weight of the format check
 *   correctReward: 1,
 *   incorrectReward: 0,
 * });
 *
 * const right = reward.score({ solution: "\\boxed{42}", groundTruth: "42" });
 * assert.equal(right.reward, 1);
 * assert.equal(right.score, 0.9);
 *
 * const wrong = reward.score({ solution: "\\boxed{41}", groundTruth: "42" });
 * assert.equal(wrong.reward, 0);
 * assert.equal(wrong.outcome, "different");
 * ```
 */
export class CritiqueRewardFunction implements RewardFunction {
  readonly #useMathVerify: boolean;
  readonly #formatWeight: number;
  readonly #correctReward: number;
  readonly #incorrectReward: number;

  /**
   * The recipe's defaults where an option is left out.
   *
   * @throws {RangeError} where `formatWeight` is outside [0, 1]
   */
  constructor(options: CritiqueRewardOptions = {}) {
    const weight = options.formatWeight ?? 0.1;
    if (!(weight >= 0 && weight <= 1)) {
      throw new RangeError(`Cannot use formatWeight ${weight}: it must lie in [0, 1]`);
    }
    this.#useMathVerify = options.useMathVerify ?? true;
    this.#formatWeight = weight;
    this.#correctReward = options.correctReward ?? 1;
    this.#incorrectReward = options.incorrectReward ?? 0;
  }

  /**
   * Scores one response.
   *
   * @throws where the ground truth cannot be parsed: to reward against it would reward every answer alike
   */
  score(sample: RewardSample): Score {
    const compare = this.#useMathVerify ? verify : compareTexts;
    const verdict = compare(sample.groundTruth, sample.solution);
    if (verdict.outcome === "unparsable" && verdict.goldParsed === null) {
      throw new Error(
        `Cannot score against the ground truth ${
          JSON.stringify(sample.groundTruth)
        }: ${verdict.reason}. ` +
          `Correct it or drop its row`,
      );
    }
    const accuracy = verdict.outcome === "equal" ? 1 : 0;
    const format = hasThinkFormat(sample.solution) ? 1 : 0;
    const score = accuracy * (1 - this.#formatWeight) + format * this.#formatWeight;
    return {
      reward: score > 0.5 ? this.#correctReward : this.#incorrectReward,
      score,
      accuracy,
      format,
      outcome: verdict.outcome,
      extracted: verdict.extracted,
      reason: verdict.reason,
    };
  }

  /** See {@linkcode RewardFunction.checkGold}: as mathematics, a ground truth must parse. */
  checkGold(groundTruth: string): string | null {
    return this.#useMathVerify ? checkGold(groundTruth) : null;
  }
}

/** The verdict without mathematics: the two answers are the same text, white space around them aside. */
function compareTexts(groundTruth: string, solution: string): Verdict {
  const gold = (extract(groundTruth) ?? groundTruth).trim() || null;
  const answer = extract(solution)?.trim() || null;
  const verdict = { extracted: answer, goldParsed: gold, answerParsed: answer };
  if (gold === null) return { ...verdict, outcome: "unparsable", reason: "it is empty" };
  if (answer === null) {
    return { ...verdict, outcome: "unparsable", reason: "the response has no \\boxed{} answer" };
  }
  return gold === answer
    ? { ...verdict, outcome: "equal", reason: "the same text" }
    : { ...verdict, outcome: "different", reason: "the texts differ" };
}
