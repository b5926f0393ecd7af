/** The loop of a run: step, validate, write, save, until done or interrupted. */

import { DeviceLost } from "../gpu/device.ts";
import type { Method, StepReport } from "./method.ts";
import { type FoundCheckpoint, saveCheckpoint } from "./run/checkpoint.ts";
import { divergence } from "./run/divergence.ts";
import { RunFolder } from "./run/folder.ts";
import { Interrupt } from "./run/interrupt.ts";

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
export class Run<Result> {
  #state: RunState = { updates: 0, nonfinite: 0, nonfiniteSince: 0, seconds: 0 };
  #since = performance.now();

  /** @param secondsBefore what was spent on getting here, such as a warm-up; a resumed run knows its own */
  constructor(readonly method: Method<Result>, readonly folder: RunFolder, secondsBefore = 0) {
    this.#state.seconds = secondsBefore;
  }

  async go(found: FoundCheckpoint | null): Promise<Result> {
    const { config, reporter, totalSteps: total } = this.method;
    const { save_freq, test_freq } = config.trainer;
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
      const { updates } = this.method.policy;
      const report = await this.method.step(step).catch((error) =>
        this.#abandon(error, step, saved, updates)
      );
      step++;
      const due = every(test_freq) || step === total;
      const validation = !due ? {} : await this.#validate(step).catch(async (error) => {
        if (error instanceof DeviceLost) throw error;
        await this.#write(step, report, {});
        return await this.#abandon(error, step, saved, this.method.policy.updates);
      });
      await this.#write(step, report, validation);
      await this.#countNonfinite(step, report.learning);
      bar.advance();
      if (every(save_freq)) {
        await this.#save(step);
        saved = step;
      }
    }
    bar.done();
    if (saved !== step) await this.#save(step);
    return await this.method.conclude(this.folder, { step, total, seconds: this.#seconds() });
  }

  /** Step 0: what the model can do before it is trained. Saved, so that a warm-up is not done twice. */
  async #begin(): Promise<void> {
    const { config } = this.method;
    const validation = config.trainer.val_before_train ? await this.#validate(0) : {};
    await this.folder.appendMetrics({ step: 0, "training/global_step": 0, ...validation });
    await this.#save(0);
  }

  async #restore(found: FoundCheckpoint): Promise<void> {
    const state = found.state as unknown as RunState;
    await this.method.policy.load(found.dir, state.updates);
    this.#state = state;
    this.method.reporter.note(`Going on from step ${found.step} (${found.dir})`);
  }

  /**
   * Keeps what was learned before a step, or a validation, that could not be done: a sandbox went away, a signal was
   * aborted, somebody's reward threw.
   *
   * @param updates the optimizer's steps before it; where there are more, the weights belong to no whole step
   */
  async #abandon(error: unknown, step: number, saved: number, updates: number): Promise<never> {
    const { policy, reporter } = this.method;
    if (error instanceof DeviceLost || policy.updates !== updates || saved === step) throw error;
    await this.#save(step).catch(({ message }) => reporter.warn(message));
    throw error;
  }

  async #validate(step: number): Promise<Record<string, number>> {
    const started = performance.now();
    const metrics = await this.method.validate(step, this.folder);
    if (Object.keys(metrics).length === 0) return {};
    return { ...metrics, "timing_s/testing": (performance.now() - started) / 1000 };
  }

  async #write(
    step: number,
    { metrics, line, rollouts }: StepReport,
    validation: Record<string, number>,
  ): Promise<void> {
    const { config, reporter } = this.method;
    if (step % config.trainer.rollout_data_freq === 0) {
      await this.folder.writeRollouts(step, rollouts);
    }
    await this.folder.appendMetrics({ ...metrics, ...validation });
    const val = validation["timing_s/testing"];
    reporter.step({ ...line, seconds: { ...line.seconds, val } });
    const { "val-core/pass@1": passAt1, "val/loss": loss } = validation;
    if (passAt1 !== undefined) {
      reporter.note(`step ${step}: held-out pass@1 ${(100 * passAt1).toFixed(1)}%`);
    }
    if (loss !== undefined) reporter.note(`step ${step}: held-out loss ${loss.toFixed(4)}`);
  }

  /** Updates with NaN in a row mean that the run has diverged: going on would only burn time. */
  async #countNonfinite(
    step: number,
    { skipped, updates, metrics }: StepReport["learning"],
  ): Promise<void> {
    if (updates > 0) this.#state.nonfinite = 0;
    if (skipped === 0) return;
    if (this.#state.nonfinite === 0) this.#state.nonfiniteSince = step;
    this.#state.nonfinite += updates > 0 ? 0 : skipped;
    const { config: { actor_rollout_ref: { actor, model } }, policy, reporter } = this.method;
    reporter.warn(
      `step ${step}: ${skipped} update(s) skipped, the gradient's norm was ${metrics.grad_norm}`,
    );
    if (this.#state.nonfinite < actor.max_nonfinite_steps) return;
    throw await divergence(this.folder, {
      skipped: this.#state.nonfinite,
      since: this.#state.nonfiniteSince,
      updates: policy.updates,
      metrics,
      weights: policy.model.weights,
      modelPath: model.path,
      learningRate: actor.optim.lr,
    });
  }

  async #save(step: number): Promise<void> {
    const { policy, tokenizer, config } = this.method;
    this.#state = { ...this.#state, updates: policy.updates, seconds: this.#seconds() };
    this.#since = performance.now();
    await saveCheckpoint(this.folder, {
      step,
      epoch: this.method.epochAt(Math.max(0, step - 1)),
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
