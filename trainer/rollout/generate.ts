/** The first step of the method: n answers to each problem. */

import type { Config } from "../config.ts";
import { deriveSeed } from "../seed.ts";
import type { CritiqueGrpoParts, PromptedProblem } from "../step.ts";
import type { Sampling } from "./engine.ts";
import { respond, type Response } from "./respond.ts";

/** n answers to each problem. */
export async function generate(
  { config, policy, tokenizer, reporter, signal }: CritiqueGrpoParts,
  step: number,
  problems: readonly PromptedProblem[],
): Promise<Response[][]> {
  const { rollout } = config.actor_rollout_ref;
  const requests = problems.flatMap(({ prompt }, p) =>
    Array.from({ length: rollout.n }, (_, i) => ({
      prompt,
      maxTokens: config.data.max_response_length,
      seed: deriveSeed(config.trainer.seed, "rollout", step, p, i),
    }))
  );
  using phase = reporter.phase(
    "rollout",
    requests.length * config.data.max_response_length,
    "tokens",
  );
  const onTokens = (count: number) => phase.advance(count);
  const all = await respond(policy, tokenizer, requests, samplingOf(config), { signal, onTokens });
  return problems.map((_, p) => all.slice(p * rollout.n, (p + 1) * rollout.n));
}

/** How rollouts and refinements are drawn. */
export function samplingOf({ actor_rollout_ref: { rollout } }: Config): Sampling {
  return {
    temperature: rollout.temperature,
    topP: rollout.top_p,
    topK: rollout.top_k,
  };
}
