/** The training of a critic as a run steps it. */

import type { Policy } from "../policy.ts";
import { type Method, StepAbandoned, type StepReport } from "../method.ts";
import type { Progress } from "../run/conclusion.ts";
import type { RunFolder } from "../run/folder.ts";
import { TokenSpans } from "../run/token_spans.ts";
import type { Trainee } from "../trainee.ts";
import { criticLine, criticMetrics, criticRecord } from "./critic_metrics.ts";
import { type CriticParts, criticStep } from "./critic_step.ts";
import { SandboxGone } from "./patience.ts";
import type { State } from "./state.ts";
import { concludeCtrl, type CtrlResult } from "./summary.ts";
import { takeTurns } from "./turns.ts";
import { EngineWriter, WriterGone } from "./writer.ts";

/** The states of a step. */
export interface Batch<Tests> {
  /** The pass over the data. */
  epoch: number;
  /** What is criticised. */
  states: State<Tests>[];
  /** What became of the solutions on the way, for `metrics.jsonl`. */
  metrics?: Record<string, number>;
}

/** The states of a run. */
export interface States<Tests> {
  /** The states of a step; steps count from 0. */
  batchAt(step: number): Promise<Batch<Tests>>;
  /** The pass over the data that a step belongs to. */
  epochAt(step: number): number;
  /** Steps of the run. */
  totalSteps: number;
  /** States that are held out; may be empty. */
  heldOut: readonly State<Tests>[];
}

/** See {@linkcode criticStep}. */
export class CriticTraining<Tests> implements Method<CtrlResult> {
  readonly config;
  readonly policy;
  readonly tokenizer;
  readonly reporter;
  readonly totalSteps;
  readonly #spans: TokenSpans;
  #seen = { pauses: 0, faults: 0 };

  constructor(
    readonly parts: CriticParts<Tests> & { policy: Policy & Trainee },
    readonly states: States<Tests>,
  ) {
    ({ config: this.config, policy: this.policy } = parts);
    ({ tokenizer: this.tokenizer, reporter: this.reporter } = parts);
    this.totalSteps = states.totalSteps;
    this.#spans = new TokenSpans(this.tokenizer);
  }

  epochAt(step: number): number {
    return this.states.epochAt(step);
  }

  async step(step: number): Promise<StepReport> {
    const started = performance.now();
    const { epoch, metrics = {}, record } = await this.#untouched(async () => {
      const batch = await this.states.batchAt(step);
      const waited = (performance.now() - started) / 1000;
      return { ...batch, record: await criticStep(this.parts, step, batch.states, waited) };
    });
    if (record.records.length === 0) {
      this.reporter.warn(`step ${step + 1}: the generator wrote no program, nothing was learned`);
    }
    return {
      metrics: {
        ...criticMetrics(step + 1, epoch, record),
        ...metrics,
        ...this.#trouble(),
        ...this.policy.takeMetrics?.(),
      },
      line: criticLine(step + 1, this.totalSteps, record),
      rollouts: record.records.map((state) => criticRecord(state, this.#spans)),
      learning: record.learning,
    };
  }

  /** What became of the sandbox since the last step. */
  #trouble(): Record<string, number> {
    const { pauses, faults } = this.parts.runner;
    const before = this.#seen;
    this.#seen = { pauses, faults };
    return {
      "ctrl/sandbox_pauses": pauses - before.pauses,
      "ctrl/sandbox_faults": faults - before.faults,
    };
  }

  /** `val-core/pass@1` is after the first turn, `val-ctrl/turn3/pass@1` after the third. */
  async validate(): Promise<Record<string, number>> {
    const { heldOut } = this.states;
    if (heldOut.length === 0) return {};
    const { policy, tokenizer, generator, runner, config } = this.parts;
    const { max_prompt_length, max_response_length } = config.data;
    const critic = new EngineWriter(policy, tokenizer, max_prompt_length + max_response_length);
    const turns = await this.#untouched(() =>
      takeTurns({ critic, generator, runner }, heldOut, {
        turns: config.ctrl.evaluation.turns,
        temperature: config.ctrl.evaluation.temperature,
        critiqueTokens: max_response_length,
        revisionTokens: config.ctrl.generator.max_tokens,
        seed: config.trainer.seed,
      })
    );
    const initial = heldOut.filter(({ passed }) => passed).length / heldOut.length;
    const metrics: Record<string, number> = {
      "val-core/pass@1": turns[0]["pass@1"],
      "val-core/n": heldOut.length,
      "val-ctrl/initial/pass@1": initial,
    };
    turns.forEach((turn, t) => {
      for (const [name, value] of Object.entries(turn)) {
        if (Number.isFinite(value)) metrics[`val-ctrl/turn${t + 1}/${name}`] = value;
      }
    });
    return metrics;
  }

  /** All that depends on others comes before the first update: where they fail, nothing was changed. */
  async #untouched<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SandboxGone || error instanceof WriterGone)) throw error;
      throw new StepAbandoned(error.message, { cause: error });
    }
  }

  conclude(folder: RunFolder, progress: Progress): Promise<CtrlResult> {
    return concludeCtrl(folder, this.config, this.reporter, progress);
  }
}
