/** A model of this process that generates. */

import type { Device } from "../../gpu/device.ts";
import { type DeviceModel, Generator } from "../../gpu/model/mod.ts";
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
  readonly #generator: Generator;
  readonly #one = new Limiter(1);

  /** Compiles nothing yet. */
  constructor(device: Device, { config, weights, adapter }: DeviceModel, options: DecodingOptions) {
    const { endTokens, slots, contextLength } = options;
    this.#generator = new Generator(
      device,
      config,
      weights,
      endTokens,
      slots,
      contextLength,
      adapter,
    );
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
    const continuations = await this.#one.run(() =>
      this.#generator.generate(sequences, sampling, options)
    );
    return continuations.map(({ tokens, logProbs, ended }) => ({
      tokens,
      logprobs: logProbs,
      finish: ended ? "stop" : "length",
    }));
  }

  /** Frees the compiled graphs. */
  [Symbol.dispose](): void {
    this.#generator[Symbol.dispose]();
  }
}
