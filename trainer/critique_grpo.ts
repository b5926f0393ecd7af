/**
 * Critique-GRPO (arXiv 2506.03106): a policy answers each problem n times, every answer is scored and criticised,
 * refined from the critique; the best refinements join the group, and the policy learns from both.
 *
 * `n_prefix` 0 is plain GRPO. What a refinement's place in the group and its weight are: `refine/`, `algorithm/`.
 */

import type { Config } from "./config.ts";
import { groupAdvantages } from "./algorithm/advantage.ts";
import type { StepSamples } from "./algorithm/metrics.ts";
import { learn, type LearningStats } from "./algorithm/learn.ts";
import type { Critic, Critique } from "./critique/critique.ts";
import type { Problem } from "./data/problem.ts";
import type { Tokenizer } from "./data/tokenizer.ts";
import type { Policy } from "./policy.ts";
import { assembleGroup, type GroupRow, truncateRefinement } from "./refine/assemble.ts";
import { refinementBudget } from "./refine/budget.ts";
import { refinementMessages } from "./refine/prompt.ts";
import { selectRefinements } from "./refine/select.ts";
import { refinementTargets } from "./refine/trigger.ts";
import type { RewardFunction, Score } from "./reward/reward.ts";
import type { Sampling } from "./rollout/engine.ts";
import { respond, type Response } from "./rollout/respond.ts";
import type { Reporter } from "./run/progress.ts";
import { deriveSeed } from "./seed.ts";

/** A problem with its prompt in tokens. */
export interface PromptedProblem extends Problem {
  /** Token ids of the rendered chat. */
  prompt: number[];
}

/** An answer with its worth. */
export interface Scored extends Response {
  /** Its worth and why. */
  score: Score;
}

/** A refinement, where it came from. */
export interface Refined extends Scored {
  /** Which rollout of the problem it refines. */
  of: number;
}

/** Everything about one problem of a step, for the record. */
export interface ProblemRecord {
  /** The problem. */
  problem: PromptedProblem;
  /** Its n answers. */
  rollouts: Scored[];
  /** Critiques by rollout; undefined where it was not refined. */
  critiques: (Critique | undefined)[];
  /** All refinements. */
  refinements: Refined[];
  /** Which refinements were selected. */
  selected: number[];
  /** The group that was learned from. */
  rows: GroupRow[];
  /** One for each row. */
  advantages: number[];
}

/** What a step did. */
export interface StepRecord extends StepSamples {
  /** By problem. */
  problems: ProblemRecord[];
  /** Refinements that had no room in the context, or less than asked for. */
  budget: { dropped: number; cut: number };
  /** Seconds by phase. */
  seconds: { gen: number; reward: number; critique: number; refine: number; update: number };
  /** Tokens generated. */
  tokens: number;
  /** What the updates did. */
  learning: LearningStats;
}

/** What the method works with. */
export interface CritiqueGrpoParts {
  /** Every setting of the run. */
  config: Config;
  /** Answers, refines, learns. */
  policy: Policy;
  /** The policy's own. */
  tokenizer: Tokenizer;
  /** Scores answers. */
  reward: RewardFunction;
  /** Criticises answers. */
  critic: Critic;
  /** The longest sequence that the policy takes. */
  contextLength: number;
  /** Shows progress. */
  reporter: Reporter;
  /** Ends a step between two tokens or critiques. */
  signal?: AbortSignal;
}

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

/** n answers to each problem. */
async function generate(
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

/** The worth of answers to one problem. */
function score(
  { reward }: CritiqueGrpoParts,
  { groundTruth }: Problem,
  answers: readonly Response[],
): Promise<Scored[]> {
  return Promise.all(
    answers.map(async (answer) => ({
      ...answer,
      score: await reward.score({ solution: answer.text, groundTruth }),
    })),
  );
}

/** A critique of each answer that will be refined. */
async function criticise(
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

/** One refinement of each criticised answer that has room in the context. */
async function refine(
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

const member = ({ tokens, finish, score }: Scored) => ({
  tokens,
  finish,
  reward: score.reward,
  score: score.score,
});

/** How rollouts and refinements are drawn. */
function samplingOf({ actor_rollout_ref: { rollout } }: Config): Sampling {
  return {
    temperature: rollout.temperature,
    topP: rollout.top_p,
    topK: Math.max(0, rollout.top_k),
  };
}

class Stopwatch {
  readonly seconds: Record<string, number> = {};
  #last = performance.now();
  lap(name: string): void {
    const now = performance.now();
    this.seconds[name] = (now - this.#last) / 1000;
    this.#last = now;
  }
}
