/** A server that speaks OpenAI's chat API and answers by a script. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Message } from "../trainer/data/problem.ts";

/** A request's body. */
export interface ChatRequest {
  model: string;
  messages: Message[];
  max_tokens: number;
  temperature: number;
  top_p: number;
  seed?: number;
}

/** An answer that never comes. */
export const STALL = Symbol("stall");
/** A connection that closes in the middle of the answer. */
export const HALF_CLOSED = Symbol("half closed");

/** What a script may answer: the text alone, or any response. */
export type Scripted = string | Response | typeof STALL | typeof HALF_CLOSED;

/** What to answer; `count` requests so far, this one included. */
export type Script = (request: ChatRequest, count: number) => Scripted | Promise<Scripted>;

/** The beginning of an answer, as a closed connection leaves it. */
export const TRUNCATED = '{"choices":[{"message":{"content":"\\\\boxed{';

/** The answer as the API wraps it. */
export function completion(content: string, extra: { finish?: string; tokens?: number } = {}) {
  return Response.json({
    choices: [{
      index: 0,
      message: { role: "assistant", content },
      finish_reason: extra.finish ?? "stop",
    }],
    usage: { completion_tokens: extra.tokens ?? content.length },
  });
}

/** A scripted server. */
export class AnswerServer implements AsyncDisposable {
  /** Requests so far. */
  readonly requests: ChatRequest[] = [];
  /** The most that were under way at once. */
  most = 0;
  #underWay = 0;

  private constructor(readonly server: Server, readonly script: Script) {}

  /** Listens on a free port. */
  static async start(script: Script): Promise<AnswerServer> {
    const server = createServer();
    const answers = new AnswerServer(server, script);
    server.on("request", (request, response) => void answers.#answer(request, response));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return answers;
  }

  /** Its API's root. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    if (request.url !== "/v1/chat/completions") {
      response.writeHead(404).end();
      return;
    }
    const chat: ChatRequest = JSON.parse(body);
    this.requests.push(chat);
    this.most = Math.max(this.most, ++this.#underWay);
    const scripted = await this.script(chat, this.requests.length);
    this.#underWay--;
    if (scripted === STALL) return;
    if (scripted === HALF_CLOSED) {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write(TRUNCATED, () => request.socket.end());
      return;
    }
    const answer = typeof scripted === "string" ? completion(scripted) : scripted;
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections(); // A stalled request would keep it waiting.
    await closed;
  }
}
