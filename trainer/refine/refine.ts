/** Criticised answers are refined, and the refinements scored. */

import type { Critique } from "../critique/critique.ts";
import { score } from "../reward/score.ts";
import { samplingOf } from "../rollout/generate.ts";
import { respond } from "../rollout/respond.ts";
import { deriveSeed } from "../seed.ts";
import type { CritiqueGrpoParts, PromptedProblem, Refined, Scored, StepRecord } from "../step.ts";
import { truncateRefinement } from "./assemble.ts";
import { refinementBudget } from "./budget.ts";
import { refinementMessages } from "./prompt.ts";

/** One refinement of each criticised answer that has room in the context. */
export async function refine(
  parts: CritiqueGrpoParts,
  step: number,
  problems: readonly PromptedProblem[],
  scored: readonly Scored[][],
  critiques: readonly (Critique | undefined)[][],
): Promise<{ refinements: Refined[][]; budget: StepRecord["budget"] }> {
  const { config, policy, tokenizer, reporter, signal, contextLength } = parts;
  const maxLength = config.actor_rollout_ref.rollout.max_refinement_length;
  const wanted = critiques.flatMap((group, p) =>
    group.flatMap((critique, of) => {
      if (!critique) return [];
      const { question } = problems[p];
      const response = scored[p][of].text;
      const messages = refinementMessages({ question, response, critique: critique.critique });
      return [{ p, of, prompt: tokenizer.encodeChat(messages) }];
    })
  );
  const budget = refinementBudget(wanted.map((w) => w.prompt.length), {
    contextLength,
    maxRefinementLength: maxLength,
  });
  const requests = wanted.map(({ p, of, prompt }, k) => ({
    p,
    of,
    prompt,
    maxTokens: budget.maxTokens[k],
    seed: deriveSeed(config.trainer.seed, "refine", step, p, of),
  })).filter((request) => request.maxTokens > 0);
  using phase = reporter.phase("refine", requests.length * maxLength, "tokens");
  const onTokens = (count: number) => phase.advance(count);
  const answers = await respond(policy, tokenizer, requests, samplingOf(config), {
    signal,
    onTokens,
  });
  const refinements = await Promise.all(problems.map(async (problem, p): Promise<Refined[]> => {
    const mine = requests.map((request, k) => ({ ...request, k })).filter((r) => r.p === p);
    const cut = mine.map(({ k }) => truncateRefinement(answers[k], maxLength));
    return (await score(parts, problem, cut)).map((s, j) => ({ ...s, of: mine[j].of }));
  }));
  return { refinements, budget: { dropped: budget.dropped, cut: budget.cut } };
}
