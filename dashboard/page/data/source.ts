/** Where the pages get runs from: a server that watches a folder, or a report that carries one run. */

import type { StepRecord } from "../../run/critic_formats.ts";
import type { MetricsTail, ProblemDigest, RunDetail, RunDigest } from "../../run/formats.ts";

/** Gives what `run/runs_folder.ts` reads. */
export interface Source {
  /** Whether more may come. */
  readonly live: boolean;
  /** What a reader should know of it; "" for nothing. */
  readonly note: string;
  /** Every run. */
  runs(): Promise<RunDigest[]>;
  /** A run apart from its numbers. */
  run(name: string): Promise<RunDetail>;
  /** Its numbers, or those written since. */
  metrics(name: string, since?: MetricsTail): Promise<MetricsTail>;
  /** A step's problems, a digest each. */
  step(name: string, step: number): Promise<ProblemDigest[]>;
  /** A problem, whole. */
  problem(name: string, step: number, index: number): Promise<StepRecord>;
}

/** What a report carries. */
export interface Carried {
  /** The run. */
  run: RunDetail;
  /** Its numbers. */
  metrics: MetricsTail;
  /** Problems by step. */
  steps: Record<string, StepRecord[]>;
  /** What was left out, in a sentence; "" for nothing. */
  note: string;
}
