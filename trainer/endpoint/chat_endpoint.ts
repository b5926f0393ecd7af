/** One request to a server that speaks OpenAI's chat API (vLLM, SGLang, llama.cpp, a hosted model). */

import type { Message } from "../data/problem.ts";
import { excerpt, RequestFault } from "./fault.ts";
import { JsonServer } from "./json_server.ts";

const PATH = "/chat/completions";

/** Where a chat model is, and how it is sampled. */
export interface ChatEndpointOptions {
  /** The API's root, `/v1` included: `http://127.0.0.1:8000/v1`. */
  baseUrl: string;
  /** The model's name, as the server knows it. */
  model: string;
  /** The environment variable that holds the API key; without one, or where it is not set, none is sent. */
  apiKeyEnv?: string;
  /** The most tokens of an answer. @default {4096} */
  maxTokens?: number;
  /** Divides the logits. @default {0.7} */
  temperature?: number;
  /** Nucleus sampling. @default {0.75} */
  topP?: number;
  /** For the whole of one request. @default {30000} */
  timeoutMs?: number;
}

/** What a chat model answered. */
export interface ChatAnswer {
  /** The text; where the server keeps the reasoning apart, between `<think>` and `</think>` before it. */
  text: string;
  /** `"length"` where the answer was cut at the most tokens. */
  finish: "stop" | "length";
  /** Tokens of the answer; null where the server does not count them. */
  tokens: number | null;
}

/** What one request may say otherwise than its endpoint's options. */
export interface ChatRequestOptions {
  /** The most tokens of the answer. */
  maxTokens?: number;
  /** Divides the logits. */
  temperature?: number;
  /** Nucleus sampling. */
  topP?: number;
  /** Lets a server that can draw the same answer again. */
  seed?: number;
  /** Further fields of the request. */
  body?: Readonly<Record<string, unknown>>;
  /** Ends the request. */
  signal?: AbortSignal;
}

/** A chat model behind HTTP. */
export class ChatEndpoint {
  /** The address that requests go to. */
  readonly url: string;
  /** For the whole of one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly #options: ChatEndpointOptions;
  readonly #server: JsonServer;

  /**
   * Sends nothing yet.
   *
   * @throws where the address is none or the model has no name
   */
  constructor(options: ChatEndpointOptions) {
    if (!/^https?:\/\//.test(options.baseUrl) || !URL.canParse(options.baseUrl)) {
      throw new Error(
        `Cannot use the endpoint "${options.baseUrl}": it must be the http(s) address of an ` +
          `OpenAI-compatible server, such as http://127.0.0.1:8000/v1`,
      );
    }
    if (options.model === "") {
      throw new Error("Cannot ask a model without a name: the server must know which one");
    }
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.#options = options;
    this.#server = new JsonServer({
      root: options.baseUrl.replace(/\/+$/, ""),
      apiKeyEnv: options.apiKeyEnv,
      timeoutMs: this.timeoutMs,
    });
    this.url = this.#server.root + PATH;
  }

  /**
   * The model's answer to a chat, verbatim.
   *
   * @throws {RequestFault} where there is none
   * @throws the signal's reason where that aborted the request
   */
  async complete(
    messages: readonly Message[],
    options: ChatRequestOptions = {},
  ): Promise<ChatAnswer> {
    const { model, temperature, topP } = this.#options;
    const body = {
      model,
      messages,
      max_tokens: options.maxTokens ?? this.#options.maxTokens ?? 4096,
      temperature: options.temperature ?? temperature ?? 0.7,
      top_p: options.topP ?? topP ?? 0.75,
      seed: options.seed, // JSON leaves it out where there is none
      ...options.body,
    };
    const { signal } = options;
    const answer = await this.#server.json(PATH, {
      body,
      signal,
      whenMissing: `Check the address (most end in /v1) and the model's name, ${model}`,
    });
    return this.#answerIn(answer);
  }

  #answerIn(body: Json): ChatAnswer {
    const choice = body?.choices?.[0];
    const said = textOf(choice?.message);
    if (said === null) {
      const what = `${this.url} sent no choices[0].message.content: ${
        excerpt(JSON.stringify(body))
      }`;
      throw new RequestFault(what, true);
    }
    const tokens = body.usage?.completion_tokens;
    return {
      text: said,
      finish: choice.finish_reason === "length" ? "length" : "stop",
      tokens: Number.isInteger(tokens) ? tokens : null,
    };
  }
}

// deno-lint-ignore no-explicit-any -- every field is checked where it is read
type Json = any;

/** What a message says; servers that take reasoning apart may leave the content empty where it was cut. */
function textOf(message: Json): string | null {
  const { content, reasoning_content: reasoning } = message ?? {};
  if (typeof reasoning !== "string" || reasoning === "") {
    return typeof content === "string" ? content : null;
  }
  const rest = typeof content === "string" ? `\n</think>\n${content}` : "";
  return `<think>\n${reasoning}${rest}`;
}
