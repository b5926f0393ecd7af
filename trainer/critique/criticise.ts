/** Answers that will be refined get their critiques. */

import { refinementTargets } from "../refine/trigger.ts";
import type { CritiqueGrpoParts, PromptedProblem, Scored } from "../step.ts";
import type { Critique } from "./critique.ts";

/** A critique of each answer that will be refined. */
export async function criticise(
  { config, critic, reporter, signal }: CritiqueGrpoParts,
  problems: readonly PromptedProblem[],
  scored: readonly Scored[][],
): Promise<(Critique | undefined)[][]> {
  const { rollout } = config.actor_rollout_ref;
  const targets = scored.map((group) =>
    rollout.n_prefix === 0 ? [] : refinementTargets(group.map((r) => r.score.reward), {
      trigger: rollout.refine_trigger,
      maxPerPrompt: rollout.max_refinements_per_prompt < 0
        ? Infinity
        : rollout.max_refinements_per_prompt,
    })
  );
  using phase = reporter.phase("critique", targets.flat().length, "critiques");
  return await Promise.all(problems.map(async (problem, p) => {
    const critiques = new Array<Critique | undefined>(scored[p].length).fill(undefined);
    await Promise.all(targets[p].map(async (i) => {
      const { text, score } = scored[p][i];
      critiques[i] = await critic.critique({
        question: problem.question,
        response: text,
        gt: problem.groundTruth,
        score: score.reward,
        reference: problem.reference,
      }, signal);
      phase.advance();
    }));
    return critiques;
  }));
}
