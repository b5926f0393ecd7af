/**
 * Does a server serve the policy? HTTP 200 proves nothing: a server may keep a tied head, a prefix cache, or the file
 * that it has open. So after every change of the weights it draws a few tokens, and the trainer says what probability
 * they have.
 */

import { StepAbandoned } from "../../method.ts";
import type { Completion, Sampling } from "../engine.ts";

/** Tokens that are drawn after each prompt. */
export const PROBE_TOKENS = 4;
/** Prompts. */
const PROMPTS = 4;
/** Tokens of a prompt: more than a block of vLLM's prefix cache (16, on a CPU 128), or a stale one is not used. */
const PROMPT_TOKENS = 144;

/**
 * Prompts that are the same at every change, so that a cache that was not emptied is hit: of a run's own prompts, one
 * after the other.
 *
 * @param room the most tokens of a prompt
 */
export function probePrompts(
  prompts: readonly (readonly number[])[],
  room: number,
): number[][] {
  const length = Math.min(PROMPT_TOKENS, room);
  const text = prompts.flat();
  if (text.length === 0) throw new Error("Cannot probe a server without any prompt");
  const at = (i: number) => text[i % text.length];
  return Array.from({ length: PROMPTS }, (_, k) => {
    const start = Math.floor(k * text.length / PROMPTS);
    return Array.from({ length }, (_, i) => at(start + i));
  });
}

/** Tokens as the run draws them, apart from cutting the tail: what the trainer computes has none cut. */
export function probeSampling({ temperature }: Sampling): Sampling {
  return { temperature, topP: 1, topK: 0 };
}

/** What may explain a difference. */
export interface ProbeCircumstances {
  /** The server. */
  url: string;
  /** The folder that it was told to load. */
  folder: string;
  /** The largest mean difference that is put up with, in nats. */
  tolerance: number;
  /** Whether the model's head is its embedding. */
  tied: boolean;
  /** What the tokens were drawn at. */
  temperature: number;
}

/**
 * Compares log-probabilities of the same tokens.
 *
 * @param drawn what the server drew
 * @param trained what the trainer makes of that
 * @returns the mean difference, in nats
 * @throws {StepAbandoned} where it is beyond the tolerance
 */
export function compareProbe(
  drawn: readonly Completion[],
  trained: readonly ArrayLike<number>[],
  { url, folder, tolerance, tied, temperature }: ProbeCircumstances,
): number {
  const pairs = drawn.flatMap(({ logprobs }, row) =>
    logprobs.map((theirs, t) => ({ theirs, ours: trained[row][t] }))
  );
  const difference = ({ theirs, ours }: { theirs: number; ours: number }) =>
    Math.abs(theirs - ours);
  const mean = pairs.reduce((sum, pair) => sum + difference(pair), 0) / pairs.length;
  if (mean <= tolerance) return mean;
  const worst = pairs.reduce((a, b) => difference(a) >= difference(b) ? a : b);
  const causes = [
    ...(tied
      ? [
        "its head is tied to its embedding, and it reloads only one of them (vLLM's log: Failed to load weights)",
      ]
      : []),
    "it kept its prefix cache from before",
    `it does not see the same files in ${folder}`,
    "it computes in another number format",
    ...(temperature !== 1
      ? [
        `its log-probabilities are before the temperature of ${temperature} (start vLLM with --logprobs-mode processed_logprobs)`,
      ]
      : []),
  ];
  throw new StepAbandoned(
    `${url} does not serve the policy. Of ${pairs.length} tokens that it drew, its log-probabilities differ from ` +
      `the trainer's by ${
        mean.toFixed(4)
      } on average (at most ${tolerance}: rollout.server.sync_tolerance); ` +
      `of one it says ${worst.theirs.toFixed(4)}, the trainer ${
        worst.ours.toFixed(4)
      }. Likely causes: ${causes.join("; ")}`,
  );
}
