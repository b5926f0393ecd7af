/** A server that speaks as much of OpenAI's chat API as a critic asks for. */

/** A critique server. */
export class CritiqueServer implements AsyncDisposable {
  /** Requests so far. */
  requests = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** @param lifetime how many requests it answers; every later one gets HTTP 400 */
  constructor(lifetime: number = Infinity) {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        await request.json();
        if (++this.requests > lifetime) return new Response("out of order", { status: 400 });
        const content = "The sum is wrong in the second step.\n\nConclusion: wrong [END]";
        return Response.json({ choices: [{ message: { role: "assistant", content } }] });
      },
    );
  }

  /** The settings that lead a run here. */
  get settings(): string[] {
    const rollout = "actor_rollout_ref.rollout";
    return [
      `${rollout}.critique_type=text`,
      `${rollout}.critique.base_url=http://127.0.0.1:${this.#server.addr.port}/v1`,
      `${rollout}.critique.model=critic`,
      `${rollout}.critique.max_tokens=32`,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
