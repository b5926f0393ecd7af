/** The loop of a run: step, validate, write, save, until done or interrupted. */

import { critiqueGrpoStep } from "./critique_grpo.ts";
import type { CritiqueGrpoParts, StepRecord } from "./step.ts";
import { stepLine, stepMetrics, validationMetrics } from "./run/step_report.ts";
import { type CriticCounters, ModelCritic } from "./critique/model_critic.ts";
import { validate } from "./eval/validate.ts";
import { LocalPolicy } from "./policy.ts";
import { type RunProblems } from "./problems.ts";
import { type FoundCheckpoint, saveCheckpoint } from "./run/checkpoint.ts";
import { divergence } from "./run/divergence.ts";
import { RunFolder } from "./run/folder.ts";
import { Interrupt } from "./run/interrupt.ts";
import { conclusion, type RunResult } from "./run/conclusion.ts";
import { rolloutRecord, validationRecord } from "./run/rollout_record.ts";
import { TokenSpans } from "./run/token_spans.ts";

/** The tail of a run that its checkpoints carry. */
interface RunState {
  /** The optimizer's steps. */
  updates: number;
  /** Updates with a gradient that was not finite, in a row. */
  nonfinite: number;
  /** The step of the first of them. */
  nonfiniteSince: number;
  /** Seconds of training so far. */
  seconds: number;
}

/** A run under way. */
export class Run {
  #state: RunState = { updates: 0, nonfinite: 0, nonfiniteSince: 0, seconds: 0 };
  #since = performance.now();
  readonly #spans: TokenSpans;
  #counters: CriticCounters = { calls: 0, failures: 0, regenerated: 0, fallbacks: 0 };

  constructor(
    readonly parts: CritiqueGrpoParts & { policy: LocalPolicy },
    readonly problems: RunProblems,
    readonly folder: RunFolder,
  ) {
    this.#spans = new TokenSpans(parts.tokenizer);
  }

  async go(found: FoundCheckpoint | null): Promise<RunResult> {
    const { config, reporter } = this.parts;
    const { save_freq, test_freq } = config.trainer;
    const total = this.problems.totalSteps;
    using interrupt = new Interrupt({
      say: (text) => reporter.note(text),
      beforeStop: () => reporter[Symbol.dispose](), // No bar stays for the shell to write on.
    });
    let step = found?.step ?? 0;
    if (found) await this.#restore(found);
    else await this.#begin();
    using bar = reporter.phase("training", total, "steps", step);
    const every = (frequency: number) => frequency > 0 && step % frequency === 0;
    let saved = step;
    while (step < total && !interrupt.requested) {
      const { epoch, problems } = this.problems.batchAt(step);
      const started = performance.now();
      const record = await critiqueGrpoStep(this.parts, step, problems);
      step++;
      const finished = (performance.now() - started) / 1000;
      const validation = every(test_freq) || step === total ? await this.#validate(step) : {};
      await this.#write(step, epoch, record, finished, validation);
      this.#countNonfinite(step, record);
      bar.advance();
      if (every(save_freq)) {
        await this.#save(step, epoch);
        saved = step;
      }
    }
    bar.done();
    const { epoch } = this.problems.batchAt(Math.max(0, step - 1));
    if (saved !== step) await this.#save(step, epoch);
    return await conclusion(this.folder, config, reporter, {
      step,
      total,
      seconds: this.#seconds(),
    });
  }

  /** Step 0: what the model can do before it is trained. Saved, so that a warm-up is not done twice. */
  async #begin(): Promise<void> {
    const { config } = this.parts;
    const validation = config.trainer.val_before_train ? await this.#validate(0) : {};
    await this.folder.appendMetrics({ step: 0, "training/global_step": 0, ...validation });
    await this.#save(0, 0);
  }

  async #restore(found: FoundCheckpoint): Promise<void> {
    const state = found.state as unknown as RunState;
    await this.parts.policy.load(found.dir, state.updates);
    this.#state = state;
    this.parts.reporter.note(`Going on from step ${found.step} (${found.dir})`);
  }

  async #validate(step: number): Promise<Record<string, number>> {
    if (this.problems.validation.length === 0) return {};
    const started = performance.now();
    const result = await validate(this.parts, this.problems.validation);
    await this.folder.writeValidation(step, result.answers.map(validationRecord));
    return {
      ...validationMetrics(result),
      "timing_s/testing": (performance.now() - started) / 1000,
    };
  }

  async #write(
    step: number,
    epoch: number,
    record: StepRecord,
    seconds: number,
    validation: Record<string, number>,
  ): Promise<void> {
    const { config, reporter } = this.parts;
    if (step % config.trainer.rollout_data_freq === 0) {
      await this.folder.writeRollouts(
        step,
        record.problems.map((problem) => rolloutRecord(problem, this.#spans)),
      );
    }
    await this.folder.appendMetrics({
      ...stepMetrics(step, epoch, record, seconds),
      ...this.#critiqueCounts(),
      ...validation,
    });
    const line = stepLine(step, this.problems.totalSteps, record, seconds);
    const val = validation["timing_s/testing"];
    reporter.step({ ...line, seconds: { ...line.seconds, val } });
    const passAt1 = validation["val-core/pass@1"];
    if (passAt1 !== undefined) {
      reporter.note(`step ${step}: held-out pass@1 ${(100 * passAt1).toFixed(1)}%`);
    }
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

  /** Updates with NaN in a row mean that the run has diverged: going on would only burn time. */
  #countNonfinite(step: number, { learning: { skipped, updates, metrics } }: StepRecord): void {
    if (updates > 0) this.#state.nonfinite = 0;
    if (skipped === 0) return;
    if (this.#state.nonfinite === 0) this.#state.nonfiniteSince = step;
    this.#state.nonfinite += updates > 0 ? 0 : skipped;
    const { config: { actor_rollout_ref: { actor, model } }, policy, reporter } = this.parts;
    reporter.warn(
      `step ${step}: ${skipped} update(s) skipped, the gradient's norm was ${metrics.grad_norm}`,
    );
    if (this.#state.nonfinite < actor.max_nonfinite_steps) return;
    throw divergence(this.folder, {
      skipped: this.#state.nonfinite,
      since: this.#state.nonfiniteSince,
      updates: policy.updates,
      metrics,
      weights: policy.model.weights,
      modelPath: model.path,
      learningRate: actor.optim.lr,
    });
  }

  async #save(step: number, epoch: number): Promise<void> {
    const { policy, tokenizer, config } = this.parts;
    this.#state = { ...this.#state, updates: policy.updates, seconds: this.#seconds() };
    this.#since = performance.now();
    await saveCheckpoint(this.folder, {
      step,
      epoch,
      seed: config.trainer.seed,
      state: this.#state,
      maxToKeep: config.trainer.max_ckpt_to_keep,
      write: async (dir) => {
        await policy.save(dir);
        await tokenizer.save(dir);
      },
    });
  }

  #seconds(): number {
    return this.#state.seconds + (performance.now() - this.#since) / 1000;
  }
}
