/** Generates in this process, from a model's live weights. */

import type { Device } from "../../gpu/device.ts";
import { Generator, type Model } from "../../gpu/model/mod.ts";
import { uniform } from "../seed.ts";
import type {
  Completion,
  GenerateOptions,
  GenerationRequest,
  RolloutEngine,
  Sampling,
} from "./engine.ts";

/** Options of {@linkcode LocalEngine}. */
export interface LocalEngineOptions {
  /** Ids that end a completion. */
  endTokens: readonly number[];
  /** Sequences decoded side by side. */
  slots: number;
  /** The longest sequence that is generated, prompt included. */
  contextLength: number;
}

/** An engine on this process's device. */
export class LocalEngine implements RolloutEngine, Disposable {
  readonly #generator: Generator;

  /** Compiles nothing yet. */
  constructor(device: Device, { config, weights }: Model, options: LocalEngineOptions) {
    const { endTokens, slots, contextLength } = options;
    this.#generator = new Generator(device, config, weights, endTokens, slots, contextLength);
  }

  /** See {@linkcode RolloutEngine.generate}. */
  async generate(
    requests: readonly GenerationRequest[],
    sampling: Sampling,
    options: GenerateOptions = {},
  ): Promise<Completion[]> {
    const continuations = await this.#generator.generate(
      requests.map(({ prompt, maxTokens, seed }) => ({
        prompt,
        maxTokens,
        draw: (t) => uniform(seed, t),
      })),
      sampling,
      options,
    );
    return continuations.map(({ tokens, logProbs, ended }) => ({
      tokens,
      logprobs: logProbs,
      finish: ended ? "stop" : "length",
    }));
  }

  /** Frees the compiled graphs and the cache. */
  [Symbol.dispose](): void {
    this.#generator[Symbol.dispose]();
  }
}
