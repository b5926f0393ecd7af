/** A server that speaks OpenAI's chat API and follows a script. */

import type { Message } from "../../data/problem.ts";

/** What a request holds. */
export interface ChatRequest {
  /** The chat. */
  messages: Message[];
  /** Everything else. */
  [field: string]: unknown;
}

/** Answers `/v1/chat/completions` with a text, or with an HTTP status. */
export function chatServer(script: (request: ChatRequest) => string | number) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const said = script(await request.json());
    return typeof said === "number"
      ? new Response("scripted", { status: said })
      : Response.json({ choices: [{ message: { role: "assistant", content: said } }] });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
