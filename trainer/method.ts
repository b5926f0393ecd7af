/** What a method is to a run: something with steps that can be counted, written down and gone on from. */

import type { LearningStats } from "./algorithm/learn.ts";
import type { Config } from "./config.ts";
import type { Tokenizer } from "./data/tokenizer.ts";
import type { Progress } from "./run/conclusion.ts";
import type { MetricsRecord, RunFolder } from "./run/folder.ts";
import type { Reporter } from "./run/progress.ts";
import type { StepLine } from "./run/step_line.ts";
import type { Trainee } from "./trainee.ts";

/** What a step did, in the forms that a run keeps and shows. */
export interface StepReport {
  /** For `metrics.jsonl`. */
  metrics: MetricsRecord;
  /** For a person. */
  line: StepLine;
  /** For `rollouts/`. */
  rollouts: unknown[];
  /** What the updates did. */
  learning: Omit<LearningStats, "logProbs" | "mismatch">;
}

/** A method under way; `Result` is what a whole run of it comes to. */
export interface Method<Result> {
  /** Every setting of the run. */
  readonly config: Config;
  /** What learns. */
  readonly policy: Trainee;
  /** The policy's own. */
  readonly tokenizer: Tokenizer;
  /** Shows progress. */
  readonly reporter: Reporter;
  /** Steps of the run. */
  readonly totalSteps: number;
  /** The pass over the training data that a step belongs to, from 0. */
  epochAt(step: number): number;
  /**
   * One training step; steps count from 0.
   *
   * @throws {StepAbandoned} where it cannot be done now and nothing was changed
   */
  step(step: number): Promise<StepReport>;
  /**
   * Metrics over the held-out problems; none where there are none.
   *
   * @param step after this many steps
   * @param folder takes what was answered
   * @throws {StepAbandoned} where they cannot be had now
   */
  validate(step: number, folder: RunFolder): Promise<Record<string, number>>;
  /** Ends the run: tells what it came to, and writes `summary.json`. */
  conclude(folder: RunFolder, progress: Progress): Promise<Result>;
}

/** A step that something outside prevents: a sandbox that went away. The run saves and stops, and can be gone on with. */
export class StepAbandoned extends Error {
  override name = "StepAbandoned";
}
