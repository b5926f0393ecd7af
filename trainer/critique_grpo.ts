/**
 * Critique-GRPO (arXiv 2506.03106): a policy answers each problem n times, every answer is scored and criticised,
 * refined from the critique; the best refinements join the group, and the policy learns from both.
 *
 * `n_prefix` 0 is plain GRPO. What a refinement's place in the group and its weight are: `refine/`, `algorithm/`.
 */

import { groupAdvantages } from "./algorithm/advantage.ts";
import { learn } from "./algorithm/learn.ts";
import { criticise } from "./critique/criticise.ts";
import { assembleGroup, type GroupMember } from "./refine/assemble.ts";
import { refine } from "./refine/refine.ts";
import { selectRefinements } from "./refine/select.ts";
import { score } from "./reward/score.ts";
import { generate } from "./rollout/generate.ts";
import type {
  CritiqueGrpoParts,
  ProblemRecord,
  PromptedProblem,
  Scored,
  StepRecord,
} from "./step.ts";

/** One training step. Steps count from 0. */
export async function critiqueGrpoStep(
  parts: CritiqueGrpoParts,
  step: number,
  problems: readonly PromptedProblem[],
): Promise<StepRecord> {
  const { rollout } = parts.config.actor_rollout_ref;
  const watch = new Stopwatch();

  const rollouts = await generate(parts, step, problems);
  watch.lap("gen");
  const scored = await Promise.all(rollouts.map((group, i) => score(parts, problems[i], group)));
  watch.lap("reward");
  const critiques = await criticise(parts, problems, scored);
  watch.lap("critique");
  const { refinements, budget } = await refine(parts, step, problems, scored, critiques);
  watch.lap("refine");

  const records = problems.map((problem, i): ProblemRecord => {
    const candidates = refinements[i].map((r) => ({
      ...r,
      reward: r.score.reward,
      score: r.score.score,
    }));
    const selected = selectRefinements(candidates, rollout.n_prefix);
    const rows = assembleGroup({
      prompt: problem.prompt,
      rollouts: scored[i].map(member),
      refinements: selected.map((k) => member(refinements[i][k])),
    });
    const advantages = groupAdvantages(rows.map((row) => row.reward), {
      normByStd: parts.config.algorithm.norm_adv_by_std_in_grpo,
    });
    return {
      problem,
      rollouts: scored[i],
      critiques: critiques[i],
      refinements: refinements[i],
      selected,
      rows,
      advantages,
    };
  });
  const learning = await learn(parts.policy, records, parts.config, parts.reporter);
  for (const record of records) {
    record.learned = record.rows.map((row) => learning.logProbs.get(row));
  }
  watch.lap("update");

  const responses = [...scored, ...refinements].flat();
  return {
    problems: records,
    rollouts: records.flatMap(({ problem, rollouts }) =>
      rollouts.map(({ tokens, finish, score }) => ({
        promptLength: problem.prompt.length,
        responseLength: tokens.length,
        finish,
        score,
      }))
    ),
    refinements: records.flatMap(({ refinements, rollouts }) =>
      refinements.map(({ score, of }) => ({ score, initial: rollouts[of].score }))
    ),
    groups: records,
    budget,
    seconds: watch.seconds as StepRecord["seconds"],
    tokens: responses.reduce((n, r) => n + r.tokens.length, 0),
    learning,
  };
}

const member = ({ tokens, logprobs, finish, score }: Scored): GroupMember => ({
  tokens,
  logprobs,
  finish,
  reward: score.reward,
  score: score.score,
});

class Stopwatch {
  readonly seconds: Record<string, number> = {};
  #last = performance.now();
  lap(name: string): void {
    const now = performance.now();
    this.seconds[name] = (now - this.#last) / 1000;
    this.#last = now;
  }
}
