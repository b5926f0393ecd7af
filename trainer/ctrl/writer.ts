/** Anything that answers chats: a local model, or a server. Generator and critic are Writers. */

import { ChatEndpoint, type ChatEndpointOptions } from "../endpoint/chat_endpoint.ts";
import { RequestFault } from "../endpoint/fault.ts";
import { Limiter } from "../endpoint/limiter.ts";
import { retrying, type RetryOptions } from "../endpoint/retry.ts";
import type { Message } from "../data/problem.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import type { RolloutEngine } from "../rollout/engine.ts";
import { respond } from "../rollout/respond.ts";

/** How answers are drawn. */
export interface WriteOptions {
  /** The most tokens of an answer. */
  maxTokens: number;
  /** Divides the logits; 0 means greedy. */
  temperature: number;
  /** Nucleus. */
  topP: number;
  /** One for each chat; a local model draws the same for the same seed. @default 0 for each */
  seeds?: readonly number[];
  /** Aborts the writing. */
  signal?: AbortSignal;
}

/** An answer. */
export interface Written {
  /** What was written; empty where nothing was. */
  text: string;
  /** Tokens drawn, where that is known. */
  tokens?: number;
  /** Why there is no answer: the chat does not fit into the context, or the server refused it. */
  fault?: string;
}

/** Anything that answers chats, in their order. */
export interface Writer {
  /**
   * Answers each chat.
   *
   * @throws {WriterGone} where no answer can be had at all, so that going on makes no sense
   * @throws the signal's reason when it aborts
   */
  write(chats: readonly (readonly Message[])[], options: WriteOptions): Promise<Written[]>;
}

/** The model does not answer any more: what was done so far stands, and can be gone on from. */
export class WriterGone extends Error {
  /** `WriterGone`. */
  override name = "WriterGone";
}

/** A model on this machine. */
export class EngineWriter implements Writer {
  /**
   * Writes with a model.
   *
   * @param contextLength the longest sequence, chat included
   */
  constructor(
    readonly engine: RolloutEngine,
    readonly tokenizer: Tokenizer,
    readonly contextLength: number,
  ) {}

  /** See {@linkcode Writer.write}; a chat that leaves no room for an answer has a fault. */
  async write(
    chats: readonly (readonly Message[])[],
    { maxTokens, temperature, topP, seeds, signal }: WriteOptions,
  ): Promise<Written[]> {
    const written = new Array<Written>(chats.length);
    const requests = chats.flatMap((chat, i) => {
      const prompt = this.tokenizer.encodeChat(chat);
      const room = this.contextLength - prompt.length;
      if (room >= 1) {
        return [{ i, prompt, maxTokens: Math.min(maxTokens, room), seed: seeds?.[i] ?? 0 }];
      }
      written[i] = {
        text: "",
        fault: `the chat has ${prompt.length} tokens, the context ${this.contextLength}`,
      };
      return [];
    });
    const sampling = { temperature, topP, topK: 0 };
    const responses = await respond(this.engine, this.tokenizer, requests, sampling, { signal });
    responses.forEach(({ text, tokens }, k) => {
      written[requests[k].i] = { text, tokens: tokens.length };
    });
    return written;
  }
}

/** Options of {@linkcode EndpointWriter}. */
export interface EndpointWriterOptions extends ChatEndpointOptions {
  /** Requests for one answer, the first included. @default {5} */
  attempts?: number;
  /** The wait before the second attempt; it doubles from one to the next. @default {1000} */
  backoffMs?: number;
  /** Requests under way at most. @default {32} */
  concurrency?: number;
  /** Sent as `repetition_penalty`, which vLLM and SGLang know. @default none is sent */
  repetitionPenalty?: number;
}

/** A model behind an OpenAI-compatible server. */
export class EndpointWriter implements Writer {
  readonly #endpoint: ChatEndpoint;
  readonly #limiter: Limiter;
  readonly #retry: RetryOptions;
  readonly #extra: Record<string, number>;
  #answered = false;

  /** Sends nothing yet. */
  constructor(options: EndpointWriterOptions) {
    this.#endpoint = new ChatEndpoint({ timeoutMs: 600_000, ...options });
    this.#limiter = new Limiter(options.concurrency ?? 32);
    const { attempts = 5, backoffMs = 1000 } = options;
    this.#retry = { attempts, backoffMs, longestMs: 60_000 };
    const penalty = options.repetitionPenalty;
    this.#extra = penalty === undefined ? {} : { repetition_penalty: penalty };
  }

  /**
   * See {@linkcode Writer.write}. A chat that the server refuses (HTTP 400, 413, 422) has a fault; a server that has
   * never done anything else does not take such requests at all.
   */
  async write(
    chats: readonly (readonly Message[])[],
    options: WriteOptions,
  ): Promise<Written[]> {
    const written = await Promise.all(
      chats.map((chat, i) => this.#limiter.run(() => this.#one(chat, options.seeds?.[i], options))),
    );
    this.#answered ||= written.some(({ fault }) => fault === undefined);
    if (chats.length === 0 || this.#answered) return written;
    throw new WriterGone(`The server refuses every request: ${written[0].fault}`);
  }

  async #one(
    chat: readonly Message[],
    seed: number | undefined,
    { maxTokens, temperature, topP, signal }: WriteOptions,
  ): Promise<Written> {
    // Servers hold a seed in 32 bits, signed.
    const seeded = seed === undefined ? {} : { seed: seed % 0x7fffffff };
    const body = { ...this.#extra, ...seeded };
    const ask = () => this.#endpoint.complete(chat, { maxTokens, temperature, topP, body, signal });
    try {
      const { text } = await retrying(ask, { ...this.#retry, signal });
      return { text };
    } catch (error) {
      if (!(error instanceof RequestFault)) throw error;
      if (error.refused) return { text: "", fault: error.message };
      throw new WriterGone(
        `${error.message}. What was done so far is kept: start the command again to go on`,
        { cause: error },
      );
    }
  }
}
