/** What a step works with, and what it leaves behind. */

import type { StepSamples } from "./algorithm/metrics.ts";
import type { LearningStats } from "./algorithm/learn.ts";
import type { Config } from "./config.ts";
import type { Critic, Critique } from "./critique/critique.ts";
import type { Problem } from "./data/problem.ts";
import type { Tokenizer } from "./data/tokenizer.ts";
import type { Policy } from "./policy.ts";
import type { GroupRow } from "./refine/assemble.ts";
import type { RewardFunction, Score } from "./reward/reward.ts";
import type { Response } from "./rollout/respond.ts";
import type { Reporter } from "./run/progress.ts";

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
  /** By row, the log-probabilities of its tokens before the update; undefined where it was not learned from. */
  learned?: (Float32Array | undefined)[];
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
