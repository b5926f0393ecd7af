/** A model of this process that generates. */

import type { Device } from "../../gpu/device.ts";
import { ranksOf } from "../../gpu/group/device_group.ts";
import {
  type Continuation,
  type DeviceModel,
  Generator,
  modelOnRank,
  type Sequence,
} from "../../gpu/model/mod.ts";
import { Limiter } from "../endpoint/limiter.ts";
import { uniform } from "../seed.ts";
import type {
  Completion,
  GenerateOptions,
  GenerationRequest,
  RolloutEngine,
  Sampling,
} from "./engine.ts";

/** How a model is decoded. */
export interface DecodingOptions {
  /** Ids that end a completion. */
  endTokens: readonly number[];
  /** Sequences decoded side by side. */
  slots: number;
  /** The longest sequence that is generated, prompt included. */
  contextLength: number;
}

/** Generates from a model's live weights; calls wait for each other, for they share a cache. */
export class LocalEngine implements RolloutEngine, Disposable {
  /** One for each rank of the device: all have the weights. */
  readonly #generators: readonly Generator[];
  readonly #one = new Limiter(1);

  /** Compiles nothing yet. */
  constructor(device: Device, model: DeviceModel, options: DecodingOptions) {
    const { endTokens, slots, contextLength } = options;
    this.#generators = ranksOf(device).map((rank, i) => {
      const { config, weights, adapter } = modelOnRank(model, i);
      return new Generator(rank, config, weights, endTokens, slots, contextLength, adapter);
    });
  }

  /** See {@linkcode RolloutEngine.generate}. */
  async generate(
    requests: readonly GenerationRequest[],
    sampling: Sampling,
    options: GenerateOptions = {},
  ): Promise<Completion[]> {
    const sequences = requests.map(({ prompt, maxTokens, seed }) => ({
      prompt,
      maxTokens,
      draw: (t: number) => uniform(seed, t),
    }));
    const continuations = await this.#one.run(() => this.#continue(sequences, sampling, options));
    return continuations.map(({ tokens, logProbs, ended }) => ({
      tokens,
      logprobs: logProbs,
      finish: ended ? "stop" : "length",
    }));
  }

  /**
   * Each rank continues as many sequences as the others, neighbours together: answers to one prompt share its prefill.
   * Who does what does not depend on how fast each is, so that a run repeats bit by bit.
   */
  async #continue(
    sequences: readonly Sequence[],
    sampling: Sampling,
    { signal, onTokens }: GenerateOptions,
  ): Promise<Continuation[]> {
    const failed = new AbortController(), ranks = this.#generators.length;
    const signals = signal ? [signal, failed.signal] : [failed.signal];
    const options = { onTokens, signal: AbortSignal.any(signals) };
    const each = Math.ceil(sequences.length / ranks);
    const all = await Promise.allSettled(this.#generators.map(async (generator, i) => {
      const part = sequences.slice(i * each, (i + 1) * each);
      try {
        return part.length === 0 ? [] : await generator.generate(part, sampling, options);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }));
    const { reason } = all.find((outcome) => outcome.status === "rejected") ?? {};
    if (reason !== undefined) throw failed.signal.reason;
    return all.flatMap((outcome) => outcome.status === "fulfilled" ? outcome.value : []);
  }

  /** Frees the compiled graphs. */
  [Symbol.dispose](): void {
    for (const generator of this.#generators) generator[Symbol.dispose]();
  }
}
