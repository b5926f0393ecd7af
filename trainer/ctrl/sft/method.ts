/** Supervised fine-tuning as a run steps it. */

import { join } from "node:path";
import type { TokenRow } from "../../../gpu/model/mod.ts";
import type { Config } from "../../config.ts";
import { Batches } from "../../data/batches.ts";
import type { Tokenizer } from "../../data/tokenizer.ts";
import type { Imitation } from "../../imitation.ts";
import type { Method, StepReport } from "../../method.ts";
import type { Progress } from "../../run/conclusion.ts";
import { writeWhole } from "../../run/disk.ts";
import type { RunFolder } from "../../run/folder.ts";
import type { Reporter } from "../../run/progress.ts";
import { duration } from "../../run/quantity.ts";
import { cosineSchedule } from "./schedule.ts";

/** What an SFT run came to. */
export interface SftResult {
  method: "sft";
  seed: number;
  /** Updates done. */
  steps: number;
  /** Wall-clock seconds. */
  seconds: number;
  /** Mean of −log π over held-out response tokens; null where nothing was held out. */
  loss: { before: number | null; after: number | null };
  /** The run's folder. */
  folder: string;
  /** Whether all steps were done; false after an interrupt. */
  finished: boolean;
}

/** See {@linkcode Imitation}. */
export class SftTraining implements Method<SftResult> {
  readonly totalSteps: number;
  readonly #batches: Batches<TokenRow>;

  constructor(
    readonly config: Config,
    readonly policy: Imitation,
    readonly tokenizer: Tokenizer,
    readonly reporter: Reporter,
    rows: readonly TokenRow[],
    readonly heldOut: readonly TokenRow[],
  ) {
    const { data, trainer } = config;
    this.#batches = new Batches(rows, {
      batchSize: Math.min(data.train_batch_size, rows.length),
      seed: trainer.seed,
      shuffle: data.shuffle,
      keepRest: true,
    });
    this.totalSteps = trainer.total_training_steps ??
      this.#batches.stepsPerEpoch * trainer.total_epochs;
  }

  epochAt(step: number): number {
    return this.#batches.batchAt(step).epoch;
  }

  async step(step: number): Promise<StepReport> {
    const started = performance.now();
    const { epoch, items } = this.#batches.batchAt(step);
    const { lr, lr_warmup_steps } = this.config.actor_rollout_ref.actor.optim;
    const rate = lr * cosineSchedule(step, this.totalSteps, lr_warmup_steps);
    const { loss, gradientNorm, applied } = await this.policy.update(items, rate);
    const seconds = (performance.now() - started) / 1000;
    const responses = items.reduce((n, { response }) => n + response.length, 0);
    const tokens = items.reduce((n, { prompt }) => n + prompt.length, responses);
    const learned = { pg_loss: loss, grad_norm: gradientNorm, lr: rate };
    return {
      metrics: {
        step: step + 1,
        "training/global_step": step + 1,
        "training/epoch": epoch,
        "train/loss": loss,
        "train/grad_norm": gradientNorm,
        "train/lr": rate,
        "train/response_tokens": responses,
        "timing_s/step": seconds,
        "perf/throughput": tokens / seconds,
      },
      line: {
        step: step + 1,
        total: this.totalSteps,
        loss,
        reward: null,
        passAt1: null,
        refinedCorrect: null,
        zeroVariance: null,
        meanLength: responses / items.length,
        tokensPerSecond: tokens / seconds,
        seconds: { step: seconds },
      },
      rollouts: [],
      learning: { metrics: learned, updates: Number(applied), skipped: Number(!applied) },
    };
  }

  async validate(): Promise<Record<string, number>> {
    if (this.heldOut.length === 0) return {};
    return { "val/loss": await this.policy.evaluate(this.heldOut) };
  }

  async conclude(folder: RunFolder, { step, total, seconds }: Progress): Promise<SftResult> {
    const losses = (await folder.readMetrics()).flatMap((record) =>
      typeof record["val/loss"] === "number" ? [record["val/loss"]] : []
    );
    const summary = {
      method: "sft" as const,
      seed: this.config.trainer.seed,
      steps: step,
      seconds: Math.round(seconds * 10) / 10,
      loss: { before: losses[0] ?? null, after: losses.at(-1) ?? null },
    };
    await writeWhole(join(folder.path, "summary.json"), JSON.stringify(summary, null, 2) + "\n");
    const { before, after } = summary.loss;
    if (before !== null && after !== null) {
      this.reporter.note(`Held-out loss: ${before.toFixed(4)} before, ${after.toFixed(4)} after`);
    }
    const state = step < total
      ? `Stopped at step ${step} of ${total}; the same command goes on from there.`
      : `${total} steps in ${duration(seconds)}.`;
    this.reporter.note(`${state} Everything is in ${folder.path}`);
    return { ...summary, folder: folder.path, finished: step >= total };
  }
}
