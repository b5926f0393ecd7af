/** A server that speaks OpenAI's chat API and answers by a script. */

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

/** What to answer: the text, or any response. @param count requests so far, this one included */
export type Script = (
  request: ChatRequest,
  count: number,
) => string | Response | Promise<string | Response>;

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
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #over = new AbortController();

  constructor(script: Script) {
    const { signal } = this.#over;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {}, signal },
      async (r) => {
        if (new URL(r.url).pathname !== "/v1/chat/completions") {
          return new Response("no such path", { status: 404 });
        }
        const request: ChatRequest = await r.json();
        this.requests.push(request);
        this.most = Math.max(this.most, ++this.#underWay);
        try {
          const answer = await script(request, this.requests.length);
          return typeof answer === "string" ? completion(answer) : answer;
        } finally {
          this.#underWay--;
        }
      },
    );
  }

  /** Its API's root. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(); // A stalled request would keep it waiting.
    await this.#server.finished;
  }
}
