/**
 * Servers that speak as much of vLLM's and of SGLang's API as a rollout asks for, and answer from Emend's own engine with
 * the weights that they were told to load. They can be told to fall into the traps that the real ones have.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LocalDevice } from "../gpu/local_device.ts";
import {
  type DeviceModel,
  Learner,
  loadAdapter,
  loadModel,
  type Model,
  placeModel,
  tokenBatch,
} from "../gpu/model/mod.ts";
import { imitationLoss } from "../trainer/algorithm/policy_loss.ts";
import { Limiter } from "../trainer/endpoint/limiter.ts";
import type { Completion, Sampling } from "../trainer/rollout/engine.ts";
import { LocalEngine } from "../trainer/rollout/local_engine.ts";

// deno-lint-ignore no-explicit-any -- what a test sent itself
type Json = any;

/** What can be wrong with a server that answers HTTP 200. */
export interface Traps {
  /** What it makes of new weights: nothing, or all but the embeddings, which stay as they were. */
  loads?: "nothing" | "mixed";
  /** Emptying the prefix cache empties nothing. */
  keepsCache?: boolean;
  /** Log-probabilities are those before the temperature. */
  raw?: boolean;
  /** Looked at before anything else: another answer, none ever, or none of these. */
  before?: (path: string, body: Json) => Response | "stall" | "half closed" | void;
}

/** A server under test. */
export class EngineServer implements AsyncDisposable {
  /** Paths that were asked for, so far. */
  readonly asked: { path: string; body: Json }[] = [];
  readonly #device = new LocalDevice({ threads: 1 });
  readonly #one = new Limiter(1);
  readonly #seen = new Map<string, LocalEngine>();
  readonly #adapters = new Map<string, LocalEngine>();
  readonly #engines: LocalEngine[] = [];
  #server!: Server;
  #port: number;
  #model!: Model;
  #placed!: DeviceModel;
  #engine!: LocalEngine;

  private constructor(
    readonly kind: "vllm" | "sglang",
    readonly folder: string,
    public traps: Traps,
    readonly slots: number,
    port: number,
  ) {
    this.#port = port;
  }

  /**
   * Listens on a port, by default on a free one.
   *
   * @param folder the model that it starts with
   */
  static async start(
    kind: "vllm" | "sglang",
    folder: string,
    traps: Traps = {},
    slots = 128,
    port = 0,
  ): Promise<EngineServer> {
    const server = new EngineServer(kind, folder, traps, slots, port);
    await server.listen();
    return server;
  }

  /** Its address. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Settings that lead a run here. */
  static settings(...servers: EngineServer[]): string[] {
    const rollout = "actor_rollout_ref.rollout";
    return [
      `${rollout}.name=${servers[0].kind}`,
      `${rollout}.server.endpoints=[${servers.map(({ url }) => url).join(", ")}]`,
    ];
  }

  /** Begins, or begins again after {@linkcode die}: with the model that it was started with. */
  async listen(): Promise<void> {
    this.#take(loadModel(this.folder));
    this.#seen.clear();
    this.#server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((done) => this.#server.listen(this.#port, "127.0.0.1", done));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends as a killed process does. */
  async die(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.die();
    await this.#one.run(() => Promise.resolve());
    for (const engine of this.#engines) engine[Symbol.dispose]();
  }

  /** How often a path was asked for. */
  count(path: string): number {
    return this.asked.filter((request) => request.path === path).length;
  }

  #take(model: Model): void {
    this.#model = model;
    this.#placed = placeModel(this.#device, model); // the same memory: this process's own device keeps the arrays
    this.#engine = this.#engineOf(this.#placed);
  }

  #engineOf(model: DeviceModel): LocalEngine {
    const engine = new LocalEngine(this.#device, model, {
      endTokens: [model.config.source.eos_token_id as number].flat(),
      slots: this.slots,
      contextLength: model.config.maxPositions,
    });
    this.#engines.push(engine);
    return engine;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const path = request.url!;
    const body: Json = text ? JSON.parse(text) : undefined;
    this.asked.push({ path, body });
    const trapped = this.traps.before?.(path, body);
    if (trapped === "stall") return;
    if (trapped === "half closed") {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"choices":[{"index":0,"token_ids":[1', () => request.socket.end());
      return;
    }
    const answer = trapped ?? await this.#answer(path, body);
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(await answer.text());
  }

  async #answer(path: string, body: Json): Promise<Response> {
    const route = `${this.kind} ${path}`;
    switch (route) {
      case "vllm /health":
      case "sglang /health":
        return new Response("");
      case "vllm /collective_rpc":
        if (body.method !== "reload_weights") return new Response("no", { status: 500 });
        this.#load(body.kwargs.weights_path);
        return Response.json({ results: [null] });
      case "vllm /reset_prefix_cache":
        if (!this.traps.keepsCache) this.#seen.clear();
        return Response.json({ success: true });
      case "vllm /v1/load_lora_adapter": {
        const adapter = loadAdapter(body.lora_path, this.#model.config);
        this.#adapters.set(
          body.lora_name,
          this.#engineOf(placeModel(this.#device, { ...this.#model, adapter })),
        );
        return new Response("Success");
      }
      case "vllm /v1/unload_lora_adapter":
        return new Response("", { status: this.#adapters.delete(body.lora_name) ? 200 : 404 });
      case "vllm /v1/completions":
        if (body.model && !this.#adapters.has(body.model)) {
          return Response.json({ error: `no ${body.model}` }, { status: 404 });
        }
        return await this.#completions(body);
      case "sglang /pause_generation":
      case "sglang /continue_generation":
        return Response.json({ status: "ok" });
      case "sglang /update_weights_from_disk":
        this.#load(body.model_path);
        if (body.flush_cache && !this.traps.keepsCache) this.#seen.clear();
        return Response.json({ success: true, message: "Succeeded" });
      case "sglang /generate":
        return await this.#generate(body);
      default:
        return Response.json({ detail: "Not Found" }, { status: 404 });
    }
  }

  #load(folder: string): void {
    if (this.traps.loads === "nothing") return;
    const model = loadModel(folder);
    if (this.traps.loads === "mixed") {
      const name = "model.embed_tokens.weight";
      model.weights.tensors().get(name)!.data.set(this.#model.weights.tensors().get(name)!.data);
    }
    this.#take(model);
  }

  /** vLLM: n answers to a prompt; answer i takes the seed + i. */
  async #completions(body: Json): Promise<Response> {
    const requests = Array.from({ length: body.n }, (_, i) => ({
      prompt: body.prompt as number[],
      maxTokens: body.max_tokens as number,
      seed: body.seed + i as number,
    }));
    const sampling = { temperature: body.temperature, topP: body.top_p, topK: body.top_k };
    const drawn = await this.#draw(requests, sampling, body.model);
    return Response.json({
      // In no order that is promised.
      choices: drawn.map(({ tokens, logprobs, finish }, index) => ({
        index,
        text: "",
        token_ids: tokens,
        logprobs: { token_logprobs: logprobs },
        finish_reason: finish,
      })).reverse(),
    });
  }

  /** SGLang: a row an answer, each with parameters of its own. */
  async #generate(body: Json): Promise<Response> {
    const requests = body.input_ids.map((prompt: number[], i: number) => ({
      prompt,
      maxTokens: body.sampling_params[i].max_new_tokens,
      seed: body.sampling_params[i].sampling_seed,
    }));
    const { temperature, top_p, top_k } = body.sampling_params[0];
    const sampling = { temperature, topP: top_p, topK: Math.max(0, top_k) };
    const drawn = await this.#draw(requests, sampling);
    return Response.json(drawn.map(({ tokens, logprobs, finish }) => ({
      text: "",
      output_ids: tokens.slice(0, -1),
      meta_info: {
        output_token_logprobs: tokens.map((id, t) => [logprobs[t], id, null]),
        finish_reason: { type: finish },
      },
    })));
  }

  /** A prompt that is in the cache is answered by the weights that it was read with. */
  #draw(
    requests: { prompt: number[]; maxTokens: number; seed: number }[],
    sampling: Sampling,
    adapter?: string,
  ): Promise<Completion[]> {
    return this.#one.run(async () => {
      const key = `${adapter ?? ""}: ${requests[0].prompt.join(" ")}`;
      const now = adapter === undefined ? this.#engine : this.#adapters.get(adapter)!;
      const engine = this.#seen.get(key) ?? now;
      this.#seen.set(key, engine);
      const drawn = await engine.generate(requests, sampling);
      if (!this.traps.raw) return drawn;
      using learner = new Learner(
        this.#device,
        this.#placed.config,
        this.#placed.weights,
        imitationLoss,
        { optimizer: {} },
      );
      const rows = drawn.map(({ tokens }, i) => ({
        prompt: requests[i].prompt,
        response: tokens,
      }));
      const { logProb } = await learner.logProbs(tokenBatch(rows));
      let at = 0;
      return drawn.map((one) => ({
        ...one,
        logprobs: [...logProb.slice(at, at += one.tokens.length)],
      }));
    });
  }
}

/** As a process of its own: `vllm` or `sglang`, a model's folder, a port. */
if (import.meta.main) {
  const [kind, folder, port] = Deno.args;
  await EngineServer.start(kind as "vllm" | "sglang", folder, {}, undefined, Number(port));
}
