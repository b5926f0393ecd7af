/**
 * vLLM's OpenAI-compatible server (`python -m vllm.entrypoints.openai.api_server`, 0.11 or later).
 *
 * Whole models are loaded by `collective_rpc`, which it has only with `VLLM_SERVER_DEV_MODE=1`; adapters with
 * `VLLM_ALLOW_RUNTIME_LORA_UPDATING=True`. Neither belongs on a public network. Log-probabilities are those of the
 * distribution that was drawn from only with `--logprobs-mode processed_logprobs`.
 */

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

/** A vLLM server. */
export class VllmServer implements EngineServer {
  readonly url: string;
  readonly #server: JsonServer;
  readonly #options: EngineServerOptions;
  #adapter: string | undefined;

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
    if (kind === "adapter") return await this.#loadAdapter(name, folder, signal);
    const start = "Start vLLM with VLLM_SERVER_DEV_MODE=1, in a private network";
    await this.#server.text("/collective_rpc", {
      body: { method: "reload_weights", kwargs: { weights_path: folder } },
      signal,
      whenMissing: start,
    });
    // What it kept of prompts is the old weights'.
    const path = "/reset_prefix_cache";
    const answer = await this.#server.text(path, { body: {}, signal, whenMissing: start });
    // Older releases answer HTTP 200 and nothing.
    if (/"success"\s*:\s*false/.test(answer)) {
      throw new RequestFault(
        `${this.url + path} did not succeed: does someone else use the server?`,
        true,
      );
    }
  }

  /** A name for each version: what it kept of prompts belongs to an adapter's name. */
  async #loadAdapter(name: string, folder: string, signal?: AbortSignal): Promise<void> {
    const whenMissing =
      "Start vLLM with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True and --enable-lora, in a private network";
    await this.#server.text("/v1/load_lora_adapter", {
      body: { lora_name: name, lora_path: folder },
      signal,
      whenMissing,
    });
    const before = this.#adapter;
    this.#adapter = name;
    if (before === undefined) return;
    try {
      await this.#server.text("/v1/unload_lora_adapter", { body: { lora_name: before }, signal });
    } catch (error) {
      // A server that was started anew does not know it.
      if (!(error instanceof RequestFault) || error.passing) throw error;
    }
  }

  async complete(
    { prompt, maxTokens, seeds }: PromptRequest,
    { temperature, topP, topK }: Sampling,
    signal?: AbortSignal,
  ): Promise<Completion[]> {
    const { vocabSize, endTokens } = this.#options;
    // All that it would otherwise take from the model's generation_config.json.
    const body = {
      model: this.#adapter, // JSON leaves it out where there is none; then it is the one that is served
      prompt,
      n: seeds.length,
      max_tokens: maxTokens,
      min_tokens: 0,
      temperature,
      top_p: topP,
      top_k: topK,
      min_p: 0,
      repetition_penalty: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      seed: seeds[0], // answer i takes this + i
      ignore_eos: true, // its own ends; ours follow
      stop_token_ids: endTokens,
      logprobs: 0, // of the drawn token alone
      return_token_ids: true,
      skip_special_tokens: false,
    };
    const answer: Json = await this.#server.json("/v1/completions", { body, signal });
    const choices: Json[] = Array.isArray(answer?.choices) ? answer.choices : [];
    if (choices.length !== seeds.length) {
      throw new RequestFault(
        `${this.url} sent ${choices.length} choices, not ${seeds.length}: ${
          excerpt(JSON.stringify(answer))
        }`,
        true,
      );
    }
    return seeds.map((_, i) => {
      const choice = choices.find((c) => c?.index === i);
      const claim = {
        tokens: choice?.token_ids,
        logprobs: choice?.logprobs?.token_logprobs,
        finish: choice?.finish_reason,
      };
      return checkedAnswer(this.url, claim, { maxTokens, vocabSize, endTokens });
    });
  }
}

// deno-lint-ignore no-explicit-any -- every field is checked where it is read
type Json = any;
