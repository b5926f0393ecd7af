/** Critique-GRPO as a run steps it. */

import { critiqueGrpoStep } from "./critique_grpo.ts";
import { type CriticCounters, ModelCritic } from "./critique/model_critic.ts";
import { validate } from "./eval/validate.ts";
import type { Method, StepReport } from "./method.ts";
import type { Policy } from "./policy.ts";
import type { RunProblems } from "./problems.ts";
import { conclusion, type Progress, type RunResult } from "./run/conclusion.ts";
import type { RunFolder } from "./run/folder.ts";
import { rolloutRecord, validationRecord } from "./run/rollout_record.ts";
import { stepLine, stepMetrics, validationMetrics } from "./run/step_report.ts";
import { TokenSpans } from "./run/token_spans.ts";
import type { Trainee } from "./trainee.ts";
import type { CritiqueGrpoParts, PromptedProblem } from "./step.ts";

/** See {@linkcode critiqueGrpoStep}. */
export class CritiqueGrpo implements Method<RunResult> {
  readonly config;
  readonly policy;
  readonly tokenizer;
  readonly reporter;
  readonly totalSteps;
  readonly #spans: TokenSpans;
  #counters: CriticCounters = { calls: 0, failures: 0, regenerated: 0, fallbacks: 0 };

  constructor(
    readonly parts: CritiqueGrpoParts & { policy: Policy & Trainee },
    readonly problems: RunProblems,
  ) {
    ({ config: this.config, policy: this.policy } = parts);
    ({ tokenizer: this.tokenizer, reporter: this.reporter } = parts);
    this.totalSteps = problems.totalSteps;
    this.#spans = new TokenSpans(parts.tokenizer);
  }

  epochAt(step: number): number {
    return this.problems.epochAt(step);
  }

  async step(step: number): Promise<StepReport> {
    const { epoch, problems, dropped } = this.problems.batchAt(step);
    this.#tellDropped(step + 1, dropped);
    const started = performance.now();
    const record = await critiqueGrpoStep(this.parts, step, problems);
    const seconds = (performance.now() - started) / 1000;
    if (record.budget.dropped > 0) {
      this.reporter.warn(
        `step ${
          step + 1
        }: ${record.budget.dropped} refinement(s) had no room in the context of ${this.parts.contextLength} tokens ` +
          `beside question, response and critique. Lower data.max_response_length`,
      );
    }
    return {
      metrics: {
        ...stepMetrics(step + 1, epoch, record, seconds),
        "prompt_length/dropped": dropped.length,
        ...this.policy.takeMetrics?.(),
        ...this.#critiqueCounts(),
      },
      line: stepLine(step + 1, this.totalSteps, record, seconds),
      rollouts: record.problems.map((problem) => rolloutRecord(problem, this.#spans)),
      learning: record.learning,
    };
  }

  async validate(step: number, folder: RunFolder): Promise<Record<string, number>> {
    const heldOut = this.problems.validation();
    if (heldOut.length === 0) return {};
    const result = await validate(this.parts, heldOut);
    await folder.writeValidation(step, result.answers.map(validationRecord));
    return validationMetrics(result);
  }

  conclude(folder: RunFolder, progress: Progress): Promise<RunResult> {
    return conclusion(folder, this.config, this.reporter, progress);
  }

  #tellDropped(step: number, dropped: readonly PromptedProblem[]): void {
    if (dropped.length === 0) return;
    const { max_prompt_length } = this.config.data;
    const longest = Math.max(...dropped.map(({ prompt }) => prompt.length));
    this.reporter.note(
      `step ${step}: ${dropped.length} prompt(s) were dropped and others drawn: they are longer than ` +
        `data.max_prompt_length=${max_prompt_length} tokens (the longest has ${longest})`,
    );
  }

  /** What became of this step's requests to a critique model. */
  #critiqueCounts(): Record<string, number> {
    const { critic, reporter } = this.parts;
    if (!(critic instanceof ModelCritic)) return {};
    const { counters } = critic;
    const before = this.#counters;
    this.#counters = counters;
    const now = {
      "critique/calls": counters.calls - before.calls,
      "critique/failures": counters.failures - before.failures,
      "critique/regenerated": counters.regenerated - before.regenerated,
      "critique/fallbacks": counters.fallbacks - before.fallbacks,
    };
    if (now["critique/fallbacks"] > 0) {
      reporter.warn(
        `${now["critique/fallbacks"]} critique(s) fell back to simple_gt: ${
          critic.lastFault ?? "every verdict contradicted the check"
        }`,
      );
    }
    return now;
  }
}
