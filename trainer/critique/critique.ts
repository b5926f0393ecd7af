/** Critiques: the faces, and the two types that follow from the rule check alone. */

import { isCorrect } from "../reward/reward.ts";

/** How much a critique says: the verdict; the verdict and the answer; or an argument. */
export type CritiqueType = "simple" | "simple_gt" | "text";

/** A response that is to be criticised. */
export interface CritiqueSample {
  /** The question, without instructions. */
  question: string;
  /** The response, as the policy wrote it. */
  response: string;
  /** The ground truth. */
  gt: string;
  /** The response's reward; it counts as correct iff this is above 0. */
  score: number;
  /** A worked solution, where the data has one. */
  reference?: string;
}

/** A critique, and where it came from. */
export interface Critique {
  /** The text that goes into the refinement prompt. */
  critique: string;
  /** The kind of text that this is; under `text`, a correct response still gets a `simple_gt` one. */
  type: CritiqueType;
  /** From the rule check, from a model, or from the rule check because the model failed. */
  origin: "rule" | "model" | "fallback";
}

/** Anything that criticises a response: implement it to train with a critic of your own. */
export interface Critic {
  /**
   * A critique of one response.
   *
   * @throws the signal's reason once it is aborted; other failures are the critic's to handle
   */
  critique(sample: CritiqueSample, signal?: AbortSignal): Promise<Critique>;
}

/**
 * The critique that follows from the rule check.
 *
 * @param options.critiqueType `simple_gt` (default) tells the ground truth, `simple` the verdict alone
 * @throws {RangeError} on any other type: `text` takes a model to write it, see {@linkcode ModelCritic}
 *
 * @example
 * ```ts
 * import { generateCritique } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * const sample = {
 *   question: "What is 2 + 2?",
 *   response: "2 + 2 = 5",
 *   gt: "4",
 *   score: 0,
 * };
 *
 * const result = generateCritique(sample, { critiqueType: "simple_gt" });
 * assert.equal(result.critique, "The generated solution is incorrect, the ground truth is 4.");
 * ```
 */
export function generateCritique(
  sample: CritiqueSample,
  options: { critiqueType?: "simple" | "simple_gt" } = {},
): Critique {
  const type = options.critiqueType ?? "simple_gt";
  if (type !== "simple" && type !== "simple_gt") {
    throw new RangeError(
      `Cannot generate a critique of type ${type}: it takes a model to write it. Use ModelCritic, or simple or simple_gt`,
    );
  }
  const verdict = `The generated solution is ${isCorrect(sample.score) ? "correct" : "incorrect"}`;
  const critique = type === "simple"
    ? `${verdict}.`
    : `${verdict}, the ground truth is ${sample.gt}.`;
  return { critique, type, origin: "rule" };
}

/** The critic of the types `simple` and `simple_gt`: it needs nothing but the rule check. */
export class RuleCritic implements Critic {
  /** Says the verdict (`simple`) or the ground truth too (`simple_gt`, the default). */
  constructor(readonly critiqueType: "simple" | "simple_gt" = "simple_gt") {}

  /** {@linkcode generateCritique} of the sample. */
  critique(sample: CritiqueSample): Promise<Critique> {
    return Promise.resolve(generateCritique(sample, { critiqueType: this.critiqueType }));
  }
}
