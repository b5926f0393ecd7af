/** What a run's folder holds, as its pages read it. Everything that may be missing is optional: runs grow old. */

import type { Warning } from "../rules/warning.ts";
import type { CriticEvaluation } from "./evaluation_file.ts";
import type { Settings } from "./settings.ts";

/** A line of `metrics.jsonl`. */
export interface MetricsLine {
  /** 0 is the validation before training. */
  step: number;
  /** A metric; null where it was not a finite number. */
  [metric: string]: number | null;
}

/** An answer and its worth. */
export interface AnswerRecord {
  /** What the model wrote. */
  text: string;
  /** `"length"` where it was cut. */
  finish: string;
  /** How many tokens it has. */
  tokens: number;
  /** By token, how many characters of the text it spells; null where that is not known. */
  token_lengths?: number[] | null;
  /** By token, the log-probability under the distribution it was drawn from. */
  logprobs?: number[] | null;
  /** What the policy is trained on. */
  reward: number;
  /** Reward and format together. */
  score: number;
  /** `equal`, `different`, `unparsable` or `gave_up`. */
  outcome: string;
  /** The answer that was found in it. */
  extracted: string | null;
  /** The verdict in words. */
  reason: string;
}

/** An answer of the first generation. */
export interface RolloutRecord extends AnswerRecord {
  /** What was said of it; null where it was not refined. */
  critique: string | null;
  /** Who said it. */
  critique_origin: string | null;
}

/** A refined answer. */
export interface RefinementRecord extends AnswerRecord {
  /** Which rollout it refines. */
  of: number;
  /** Whether it joined the group. */
  selected: boolean;
}

/** A row of the group that was learned from. */
export interface GroupRecord {
  /** Whether it is a refinement, in the place of the rollout of the same index. */
  refined: boolean;
  /** Which refinement; older runs did not write it. */
  refinement?: number | null;
  /** What it is worth. */
  reward: number;
  /** A. */
  advantage: number;
  /** Of a refinement, by token: its log-probability under the original prompt, before the update. */
  logprobs?: number[] | null;
}

/** A problem of a step: a line of `rollouts/step-….jsonl`. */
export interface ProblemRecord {
  /** The problem's own name. */
  id: string | number | null;
  /** Where it comes from. */
  source: string | null;
  /** The chat that the model continued. */
  prompt: { role: string; content: string }[];
  /** The right answer. */
  ground_truth: string;
  /** Its answers. */
  rollouts: RolloutRecord[];
  /** Their refinements. */
  refinements: RefinementRecord[];
  /** What was learned from. */
  group: GroupRecord[];
}

/** A problem on one line of a list. */
export interface ProblemDigest {
  /** See {@linkcode ProblemRecord.id}. */
  id: string | number | null;
  /** See {@linkcode ProblemRecord.source}. */
  source: string | null;
  /** How the question begins. */
  question: string;
  /** Each rollout's verdict; of a critic's run, the one program's. */
  outcomes: string[];
  /** Each refinement's verdict; of a critic's run, each revision's. */
  refined: string[];
  /** Whether all rows of the group are worth the same, so that nothing was learned. */
  flat: boolean;
}

/** How a run stands. */
export type RunState = "starting" | "running" | "finished" | "stopped";

/** A run on one line of a list. */
export interface RunDigest {
  /** Its folder's name. */
  name: string;
  /** `critique_grpo`, `grpo`, `ctrl`, `sft`, … */
  method: string | null;
  /** The random seed. */
  seed: number | null;
  /** Steps done. */
  step: number;
  /** Steps in all, where it is known. */
  total: number | null;
  /** See {@linkcode RunState}. */
  state: RunState;
  /** When it last wrote metrics, milliseconds since 1970. */
  written: number | null;
  /** Held-out pass@1, [step, share], before training first. */
  passAt1: [number, number][];
  /** Held-out loss, [step, nats a token], of a run that learns by imitation. */
  loss: [number, number][];
  /** Whether there are evaluations of a critic in its folder. */
  evaluated: boolean;
  /** What a person should know about it, in a few words each. */
  warnings: Pick<Warning, "level" | "headline">[];
}

/** What a run's page asks for again and again. */
export interface MetricsTail {
  /** Changes where the file was replaced: then everything is sent anew. */
  version: string;
  /** Where in the file to go on. */
  next: number;
  /** Complete lines from there. */
  lines: MetricsLine[];
}

/** A run apart from its numbers. */
export interface RunDetail extends RunDigest {
  /** `config.yaml`, one value a key. */
  settings: Settings;
  /** The steps whose rollouts were written. */
  rolloutSteps: number[];
  /** Of a critic, in the folder itself and in the folders in it. */
  evaluations: CriticEvaluation[];
}
