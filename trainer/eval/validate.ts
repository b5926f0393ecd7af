/** Held-out problems, answered and scored. */

import type { Config } from "../config.ts";
import type { CritiqueGrpoParts, PromptedProblem, Scored } from "../step.ts";
import { isCorrect } from "../reward/reward.ts";
import { score } from "../reward/score.ts";
import type { Sampling } from "../rollout/engine.ts";
import { respond } from "../rollout/respond.ts";
import { deriveSeed } from "../seed.ts";

/** pass@1 over some answers. */
export interface PassAt1 {
  /** The share that is correct, in [0, 1]. */
  "pass@1": number;
  /** Answers. */
  n: number;
}

/** A validation. */
export interface ValidationResult extends PassAt1 {
  /** By data source. */
  sources: Record<string, PassAt1>;
  /** Every answer, by problem. */
  answers: { problem: PromptedProblem; answers: Scored[] }[];
}

/**
 * Answers every problem `val_kwargs.n` times.
 *
 * The draws are the same at every validation of a run, so that a change is the model's and not the dice's.
 */
export async function validate(
  parts: Pick<
    CritiqueGrpoParts,
    "config" | "policy" | "tokenizer" | "reward" | "reporter" | "signal"
  >,
  problems: readonly PromptedProblem[],
): Promise<ValidationResult> {
  const { config, policy, tokenizer, reward, reporter, signal } = parts;
  const { n } = config.actor_rollout_ref.rollout.val_kwargs;
  const maxTokens = config.data.max_response_length;
  const requests = problems.flatMap(({ prompt }, p) =>
    Array.from({ length: n }, (_, i) => ({
      prompt,
      maxTokens,
      seed: deriveSeed(config.trainer.seed, "validation", p, i),
    }))
  );
  using phase = reporter.phase("validate", requests.length * maxTokens, "tokens");
  const responses = await respond(policy, tokenizer, requests, samplingOf(config), {
    signal,
    onTokens: (count) => phase.advance(count),
  });
  const answers = await Promise.all(problems.map(async (problem, p) => ({
    problem,
    answers: await score({ reward }, problem, responses.slice(p * n, (p + 1) * n)),
  })));
  const bySource = Map.groupBy(answers, ({ problem }) => problem.source);
  return {
    ...passAt1(answers),
    sources: Object.fromEntries([...bySource].map(([source, part]) => [source, passAt1(part)])),
    answers,
  };
}

function passAt1(problems: readonly { answers: readonly Scored[] }[]): PassAt1 {
  const scores = problems.flatMap(({ answers }) => answers.map(({ score }) => score));
  const correct = scores.filter(({ reward }) => isCorrect(reward)).length;
  return { "pass@1": correct / scores.length, n: scores.length };
}

function samplingOf({ actor_rollout_ref: { rollout: { val_kwargs: val } } }: Config): Sampling {
  return val.do_sample
    ? { temperature: val.temperature, topP: val.top_p, topK: val.top_k }
    : { temperature: 0, topP: 1, topK: 0 };
}
