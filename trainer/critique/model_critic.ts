/** The critique type `text`: an external model reads the wrong solution and says what is wrong with it. */

import { ChatEndpoint, type ChatEndpointOptions } from "../endpoint/chat_endpoint.ts";
import { RequestFault } from "../endpoint/fault.ts";
import { Limiter } from "../endpoint/limiter.ts";
import { pause, retrying } from "../endpoint/retry.ts";
import { isCorrect } from "../reward/reward.ts";
import { type Critic, type Critique, type CritiqueSample, generateCritique } from "./critique.ts";
import { critiqueMessages, verdictOf } from "./prompt.ts";

/** Options of {@linkcode ModelCritic}. */
export interface ModelCriticOptions extends ChatEndpointOptions {
  /** Requests for one critique, the first included. @default {3} */
  attempts?: number;
  /** The wait before the second attempt; it doubles from one to the next. @default {1000} */
  backoffMs?: number;
  /** Requests under way at most. @default {8} */
  concurrency?: number;
}

/** What became of a critic's requests since it was made. */
export interface CriticCounters {
  /** Requests sent. */
  calls: number;
  /** Requests that brought no critique: network, timeout, HTTP status, malformed or empty answer. */
  failures: number;
  /** Critiques thrown away and asked for again because their verdict contradicted the rule check. */
  regenerated: number;
  /** Responses that got the `simple_gt` critique because no attempt brought a usable one. */
  fallbacks: number;
}

/**
 * Asks a chat model for step-by-step critiques of wrong responses.
 *
 * A correct response gets the `simple_gt` string and costs no request. A wrong one whose attempts are used up
 * gets it too, with origin `fallback`, and is counted: a run never waits for an endpoint for ever, and never hides
 * that it fell back. As in the paper, a critique whose verdict contradicts the rule check is generated anew.
 */
export class ModelCritic implements Critic {
  readonly #endpoint: ChatEndpoint;
  readonly #attempts: number;
  readonly #backoffMs: number;
  readonly #limiter: Limiter;
  readonly #counters: CriticCounters = { calls: 0, failures: 0, regenerated: 0, fallbacks: 0 };
  #lastFault: string | null = null;

  /**
   * Sends nothing yet; {@linkcode ModelCritic.check} does.
   *
   * @throws where the endpoint's address or model is missing
   */
  constructor(options: ModelCriticOptions) {
    this.#endpoint = new ChatEndpoint(options);
    this.#attempts = options.attempts ?? 3;
    this.#backoffMs = options.backoffMs ?? 1000;
    this.#limiter = new Limiter(options.concurrency ?? 8);
  }

  /** What became of the requests so far, {@linkcode ModelCritic.check}'s not among them. */
  get counters(): CriticCounters {
    return { ...this.#counters };
  }

  /** Why the last failed request failed; null while none has. */
  get lastFault(): string | null {
    return this.#lastFault;
  }

  /**
   * Asks the endpoint for one token, to be called before the first step.
   *
   * @throws where it is down, refuses the key or does not know the model; the message says what to do
   */
  async check(signal?: AbortSignal): Promise<void> {
    const probe = [{ role: "user", content: "Hello" }];
    try {
      await retrying(
        () => this.#endpoint.complete(probe, { maxTokens: 1, signal }),
        { attempts: this.#attempts, ...this.#waiting(signal) },
      );
    } catch (error) {
      if (!(error instanceof RequestFault)) throw error;
      throw new Error(
        `Cannot use the critique model: ${error.message}. Start or correct the endpoint, or ` +
          `choose critique_type=simple_gt, which needs none`,
        { cause: error },
      );
    }
  }

  /**
   * A critique of one response.
   *
   * @throws the signal's reason once it is aborted; an endpoint's failure is counted instead
   */
  critique(sample: CritiqueSample, signal?: AbortSignal): Promise<Critique> {
    if (isCorrect(sample.score)) return Promise.resolve(generateCritique(sample));
    return this.#limiter.run(() => this.#ask(sample, signal));
  }

  async #ask(sample: CritiqueSample, signal?: AbortSignal): Promise<Critique> {
    const messages = critiqueMessages(sample);
    for (let attempt = 1; attempt <= this.#attempts; attempt++) {
      signal?.throwIfAborted();
      const last = attempt === this.#attempts;
      this.#counters.calls++;
      try {
        const { text: critique } = await this.#endpoint.complete(messages, { signal });
        if (critique.trim() === "") throw new RequestFault("The critique is empty", false);
        // only wrong responses come here, so this is the verdict that disagrees
        if (verdictOf(critique) !== "correct") return { critique, type: "text", origin: "model" };
        if (!last) this.#counters.regenerated++;
      } catch (error) {
        if (!(error instanceof RequestFault)) throw error;
        this.#counters.failures++;
        this.#lastFault = error.message;
        if (!error.passing) break;
        if (!last) await pause(attempt, error, this.#waiting(signal));
      }
    }
    this.#counters.fallbacks++;
    return { ...generateCritique(sample), origin: "fallback" };
  }

  /** Never longer than a request may take. */
  #waiting(signal?: AbortSignal) {
    return { backoffMs: this.#backoffMs, longestMs: this.#endpoint.timeoutMs, signal };
  }
}
