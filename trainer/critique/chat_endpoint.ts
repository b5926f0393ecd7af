/** One request to a server that speaks OpenAI's chat API (vLLM, SGLang, llama.cpp, a hosted model). */

import type { Message } from "../data/problem.ts";

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

/** What one request may want otherwise than its endpoint's options say. */
export interface CompleteOptions
  extends Pick<ChatEndpointOptions, "maxTokens" | "temperature" | "topP"> {
  /** Further fields of the request. */
  body?: Readonly<Record<string, unknown>>;
  /** Aborts the request. */
  signal?: AbortSignal;
}

/** A request that brought no answer. */
export class ChatFault extends Error {
  /** Whether the server refused this one chat, such as one that is too long; others may still be answered. */
  readonly refused: boolean;

  /**
   * A fault of one request.
   *
   * @param message says what happened and what to do
   * @param passing whether another attempt may succeed: network, timeout, HTTP 5xx and 429
   * @param retryAfterMs how long the server asks to be left alone; 0 where it does not say
   */
  constructor(
    message: string,
    readonly passing: boolean,
    readonly retryAfterMs: number = 0,
    options?: ErrorOptions & { refused?: boolean },
  ) {
    super(message, options);
    this.name = "ChatFault";
    this.refused = options?.refused ?? false;
  }
}

/** A chat model behind HTTP. */
export class ChatEndpoint {
  /** The address that requests go to. */
  readonly url: string;
  /** For the whole of one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly #options: ChatEndpointOptions;
  readonly #headers: Record<string, string>;

  /**
   * Sends nothing yet.
   *
   * @throws where the address is none or the model has no name
   */
  constructor(options: ChatEndpointOptions) {
    if (!/^https?:\/\//.test(options.baseUrl) || !URL.canParse(options.baseUrl)) {
      throw new Error(
        `Cannot use the critique endpoint "${options.baseUrl}": text critiques need the http(s) ` +
          `address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1`,
      );
    }
    if (options.model === "") throw new Error("Cannot ask a critique model without a name");
    this.url = options.baseUrl.replace(/\/+$/, "") + "/chat/completions";
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.#options = options;
    this.#headers = { "content-type": "application/json" };
    const key = options.apiKeyEnv && Deno.env.get(options.apiKeyEnv);
    if (key) this.#headers.authorization = `Bearer ${key}`;
  }

  /**
   * The model's answer to a chat, verbatim.
   *
   * @throws {ChatFault} where there is none
   * @throws the signal's reason where that aborted the request
   */
  async complete(
    messages: readonly Message[],
    options: CompleteOptions = {},
  ): Promise<string> {
    const { model, temperature, topP } = this.#options;
    const body = {
      model,
      messages,
      max_tokens: options.maxTokens ?? this.#options.maxTokens ?? 4096,
      temperature: options.temperature ?? temperature ?? 0.7,
      top_p: options.topP ?? topP ?? 0.75,
      ...options.body,
    };
    const timeout = AbortSignal.timeout(this.timeoutMs);
    let response: Response, text: string;
    try {
      response = await fetch(this.url, {
        method: "POST",
        headers: this.#headers,
        body: JSON.stringify(body),
        signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      });
      text = await response.text();
    } catch (error) {
      options.signal?.throwIfAborted();
      const why = timeout.aborted
        ? `no answer within ${this.timeoutMs / 1000} s`
        : printable(error instanceof Error ? error.message : String(error));
      throw new ChatFault(`Cannot reach ${this.url}: ${why}`, true, 0, { cause: error });
    }
    if (!response.ok) throw this.#refusal(response, text);
    return this.#contentOf(text);
  }

  #refusal(response: Response, text: string): ChatFault {
    const { status } = response;
    const key = this.#options.apiKeyEnv ?? "the variable that apiKeyEnv names";
    const advice = status === 401 || status === 403
      ? this.#headers.authorization
        ? `. Check the API key in ${key}`
        : `. It wants an API key: put it into ${key}`
      : status === 404
      ? `. Check the address (most end in /v1) and the model's name, ${this.#options.model}`
      : "";
    const wait = Number(response.headers.get("retry-after") ?? 0);
    return new ChatFault(
      `${this.url} answered HTTP ${status}: ${printable(text) || "(nothing)"}${advice}`,
      status >= 500 || status === 429,
      Number.isFinite(wait) ? wait * 1000 : 0,
      { refused: [400, 413, 422].includes(status) },
    );
  }

  #contentOf(text: string): string {
    let content: unknown;
    try {
      content = JSON.parse(text)?.choices?.[0]?.message?.content;
    } catch (error) {
      throw new ChatFault(`${this.url} sent no JSON: ${printable(text)}`, false, 0, {
        cause: error,
      });
    }
    if (typeof content !== "string") {
      throw new ChatFault(
        `${this.url} sent no choices[0].message.content: ${printable(text)}`,
        false,
      );
    }
    return content;
  }
}

/** A server's text as it may stand in an error message: short, on one line, without control characters. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return line.length > 300 ? line.slice(0, 300) + "…" : line;
}
