/** What is written down of the synthesis, a line a solution. */

import type { Verdict } from "../../../sandbox/judge/verdict.ts";
import type { Judgment } from "../judgment.ts";

/** A solution, its hinted critique, and the revision that follows it. */
export interface SynthesisRecord {
  /** The task's name. */
  task: string;
  /** Counted from 0. */
  sample: number;
  /** The program. */
  code: string;
  /** Whether it passes all tests. */
  passed: boolean;
  /** Of the first test that failed. */
  verdict: Verdict | "NoProgram";
  /** What the critic was told; null where nothing ran, so that there is nothing to tell. */
  hint: string | null;
  /** What it wrote; empty where nothing came. */
  critique: string;
  /** Its judgment. */
  judgment: Judgment | null;
  /** Whether the revision passes all tests. */
  revised_passed: boolean;
  /** Of the revision's first test that failed. */
  revised_verdict: Verdict | "NoProgram";
  /** Why a model brought nothing. */
  fault?: string;
}

/** The name as one text. */
export function keyOf({ task, sample }: Pick<SynthesisRecord, "task" | "sample">): string {
  return JSON.stringify([task, sample]);
}
