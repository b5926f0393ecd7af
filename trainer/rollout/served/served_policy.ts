/**
 * A policy that learns here and answers from servers: vLLM's or SGLang's.
 *
 * The first answers after an update wait until the servers have the new weights, so that rollouts are on-policy but for
 * the engines' mismatch. What the servers draw from a seed is theirs to decide: a run that goes on from a checkpoint
 * need not draw what it would have drawn.
 */

import type { DeviceModel, TokenRow } from "../../../gpu/model/mod.ts";
import { RequestFault } from "../../endpoint/fault.ts";
import { Limiter } from "../../endpoint/limiter.ts";
import { StepAbandoned } from "../../method.ts";
import type { Policy, PolicyRow, UpdateStats } from "../../policy.ts";
import type { Trainee } from "../../trainee.ts";
import type { Completion, GenerateOptions, GenerationRequest, Sampling } from "../engine.ts";
import type { EngineServer, PromptRequest, ServedWeights } from "./engine_server.ts";
import type { EnginePool } from "./pool.ts";
import { compareProbe, PROBE_TOKENS, probeSampling } from "./probe.ts";
import { versionName, type WeightsFolder } from "./weights_folder.ts";

/** What a served policy is made of. */
export interface ServedPolicyOptions {
  /** Who answers. */
  pool: EnginePool;
  /** Where they find the weights. */
  weights: WeightsFolder;
  /** Writes them into an empty folder, and says what they are. */
  write: (folder: string) => Promise<ServedWeights["kind"]>;
  /** From {@linkcode probePrompts}. */
  probes: readonly (readonly number[])[];
  /** What training divides the logits by. */
  temperature: number;
  /** See {@linkcode compareProbe}. */
  tolerance: number;
  /** Told of servers that seem to have kept what they had. */
  warn: (text: string) => void;
}

/** One prompt's requests, and where in the list they came from. */
interface PromptJob extends PromptRequest {
  indices: number[];
}

/** See the head of this file. */
export class ServedPolicy implements Policy, Trainee {
  /** One at a time: they share the servers' weights, and the trainer's graphs. */
  readonly #one = new Limiter(1);
  readonly #trainer = new Limiter(1);
  /** What the servers are to have; null where the policy has changed since. */
  #current: ServedWeights | null = null;
  /** By server, what it drew when it was probed last. */
  readonly #probed = new Map<EngineServer, string>();
  #metrics: Record<string, number> = {};

  /** @param learner what learns; it generates nothing itself */
  constructor(readonly learner: Policy & Trainee, readonly options: ServedPolicyOptions) {}

  get model(): DeviceModel {
    return this.learner.model;
  }

  get updates(): number {
    return this.learner.updates;
  }

  logProbs(rows: readonly TokenRow[]): Promise<Float32Array[]> {
    return this.#trainer.run(() => this.learner.logProbs(rows));
  }

  async update(rows: readonly PolicyRow[], learningRate: number): Promise<UpdateStats> {
    this.#current = null;
    return await this.learner.update(rows, learningRate);
  }

  save(folder: string): Promise<void> {
    return this.learner.save(folder);
  }

  async load(folder: string, updates: number): Promise<void> {
    this.#current = null;
    await this.learner.load(folder, updates);
  }

  /**
   * See {@linkcode RolloutEngine.generate}. Answers to the same prompt are asked for together.
   *
   * @throws {StepAbandoned} where the servers cannot be used; nothing was learned since the last update
   */
  generate(
    requests: readonly GenerationRequest[],
    sampling: Sampling,
    options: GenerateOptions = {},
  ): Promise<Completion[]> {
    return this.#one.run(async () => {
      try {
        return await this.#generate(requests, sampling, options);
      } catch (error) {
        if (!(error instanceof RequestFault)) throw error;
        throw new StepAbandoned(
          `${error.message}. What was learned so far is saved: start the command again to go on`,
          { cause: error },
        );
      }
    });
  }

  async #generate(
    requests: readonly GenerationRequest[],
    sampling: Sampling,
    { signal, onTokens }: GenerateOptions,
  ): Promise<Completion[]> {
    const { pool } = this.options;
    const weights = this.#current ??= await this.#publish();
    const jobs = jobsOf(requests, sampling);
    const before = pool.repeated;
    const answers = await pool.run(jobs, {
      version: weights.name,
      prepare: (server, signal) => this.#prepare(server, weights, signal),
      ask: (server, job: PromptJob, signal) => server.complete(job, sampling, signal),
      onAnswer: (completions) => onTokens?.(completions.reduce((n, c) => n + c.tokens.length, 0)),
    }, signal);
    this.#count("rollout/requests_repeated", pool.repeated - before);
    this.#metrics["rollout/servers"] = pool.ready;
    const completions = new Array<Completion>(requests.length);
    jobs.forEach(({ indices }, k) => indices.forEach((i, a) => completions[i] = answers[k][a]));
    return completions;
  }

  async #publish(): Promise<ServedWeights> {
    const started = performance.now(), name = versionName(this.updates);
    let kind: ServedWeights["kind"] = "model";
    const folder = await this.options.weights.publish(name, async (folder) => {
      kind = await this.options.write(folder);
    });
    this.#count("timing_s/sync", (performance.now() - started) / 1000);
    return { name, folder, kind };
  }

  /** Gives a server the weights, and sees whether it serves them. */
  async #prepare(server: EngineServer, weights: ServedWeights, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    const { probes, temperature, tolerance } = this.options;
    await server.check(signal);
    await server.load(weights, signal);
    const drawn: Completion[] = [];
    for (const prompt of probes) {
      const request = { prompt, maxTokens: PROBE_TOKENS, seeds: [1] };
      const sampling = probeSampling({ temperature, topP: 1, topK: 0 });
      drawn.push(...await server.complete(request, sampling, signal));
    }
    const trained = await this.logProbs(
      drawn.map(({ tokens }, i) => ({ prompt: probes[i], response: tokens })),
    );
    const difference = compareProbe(drawn, trained, {
      url: server.url,
      folder: weights.folder,
      tolerance,
      temperature,
      tied: this.model.config.tied && weights.kind === "model",
    });
    // A small learning rate changes less than the tolerance, but hardly ever nothing.
    const said = JSON.stringify(drawn);
    if (this.#probed.get(server) === said) {
      this.options.warn(
        `${server.url} draws what it drew before the last update, to the last digit: did it load ${weights.folder}?`,
      );
    }
    this.#probed.set(server, said);
    this.#largest("rollout/sync_logprob_diff", difference);
    this.#largest("timing_s/load_weights", (performance.now() - started) / 1000);
  }

  /** `rollout/…` and the seconds of handing weights over, since the last call. */
  takeMetrics(): Record<string, number> {
    const metrics = this.#metrics;
    this.#metrics = {};
    return metrics;
  }

  #count(name: string, more: number): void {
    this.#metrics[name] = (this.#metrics[name] ?? 0) + more;
  }

  #largest(name: string, value: number): void {
    this.#metrics[name] = Math.max(this.#metrics[name] ?? 0, value);
  }
}

/** Requests with the same prompt as one; greedy ones stay apart, for servers refuse many answers that are all alike. */
function jobsOf(requests: readonly GenerationRequest[], { temperature }: Sampling): PromptJob[] {
  const groups = Map.groupBy(
    requests.map((request, i) => ({ request, i })),
    ({ request: { prompt, maxTokens }, i }) =>
      temperature === 0 ? String(i) : `${maxTokens}: ${prompt.join(" ")}`,
  );
  return [...groups.values()].map((group) => ({
    prompt: group[0].request.prompt,
    maxTokens: group[0].request.maxTokens,
    seeds: group.map(({ request }) => request.seed),
    indices: group.map(({ i }) => i),
  }));
}
