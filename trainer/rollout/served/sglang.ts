/** SGLang's own server (`python -m sglang.launch_server`, 0.5 or later). */

import { excerpt, RequestFault } from "../../endpoint/fault.ts";
import { JsonServer } from "../../endpoint/json_server.ts";
import type { Completion, Sampling } from "../engine.ts";
import { checkedAnswer } from "./answer.ts";
import {
  CHECK_TIMEOUT,
  type EngineServer,
  type EngineServerOptions,
  type PromptRequest,
  rootOf,
  type ServedWeights,
} from "./engine_server.ts";

/** An SGLang server. */
export class SglangServer implements EngineServer {
  readonly url: string;
  readonly #server: JsonServer;
  readonly #options: EngineServerOptions;

  /** Sends nothing yet. */
  constructor(options: EngineServerOptions) {
    this.url = rootOf(options.url);
    this.#server = new JsonServer({ ...options, root: this.url });
    this.#options = options;
  }

  async check(signal?: AbortSignal): Promise<void> {
    await this.#server.text("/health", { signal, timeoutMs: CHECK_TIMEOUT });
  }

  async load({ name, folder, kind }: ServedWeights, signal?: AbortSignal): Promise<void> {
    if (kind === "adapter") throw new Error("SGLang is given whole models: merge the adapter");
    await this.#server.text("/pause_generation", { body: {}, signal });
    let answer: Json;
    try {
      const body = { model_path: folder, weight_version: name, flush_cache: true };
      answer = await this.#server.json("/update_weights_from_disk", { body, signal });
    } finally {
      // Without the signal: whatever ends this, the server must not stay paused.
      await this.#server.text("/continue_generation", { body: {} });
    }
    if (answer?.success !== true) {
      throw new RequestFault(
        `${this.url} did not load ${folder}: ${excerpt(JSON.stringify(answer))}`,
        true,
      );
    }
  }

  async complete(
    { prompt, maxTokens, seeds }: PromptRequest,
    { temperature, topP, topK }: Sampling,
    signal?: AbortSignal,
  ): Promise<Completion[]> {
    const { vocabSize, endTokens } = this.#options;
    const body = {
      // One row an answer, each with its seed: n answers from one row would take the same.
      input_ids: seeds.map(() => prompt),
      // All that it would otherwise take from the model's generation_config.json.
      sampling_params: seeds.map((seed) => ({
        max_new_tokens: maxTokens,
        min_new_tokens: 0,
        temperature,
        top_p: topP,
        top_k: topK > 0 ? topK : -1,
        min_p: 0,
        repetition_penalty: 1,
        presence_penalty: 0,
        frequency_penalty: 0,
        sampling_seed: seed, // heeded with --enable-deterministic-inference
        ignore_eos: false, // true would disable stop_token_ids too
        stop_token_ids: endTokens,
        skip_special_tokens: false,
      })),
      return_logprob: true,
    };
    const answers: Json = await this.#server.json("/generate", { body, signal });
    if (!Array.isArray(answers) || answers.length !== seeds.length) {
      const found = Array.isArray(answers) ? answers.length : "no";
      throw new RequestFault(
        `${this.url} sent ${found} answers, not ${seeds.length}: ${
          excerpt(JSON.stringify(answers))
        }`,
        true,
      );
    }
    return answers.map((answer: Json) => {
      // [log-probability, id, text or null] of each token; output_ids may lack the end.
      const drawn: Json = answer?.meta_info?.output_token_logprobs;
      const column = (i: number) =>
        Array.isArray(drawn) ? drawn.map((entry: Json) => entry?.[i]) : undefined;
      return checkedAnswer(this.url, {
        tokens: column(1),
        logprobs: column(0),
        finish: answer?.meta_info?.finish_reason?.type,
      }, { maxTokens, vocabSize, endTokens });
    });
  }
}

// deno-lint-ignore no-explicit-any -- every field is checked where it is read
type Json = any;
