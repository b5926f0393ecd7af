/** What vLLM and SGLang are asked, word for word, and what is made of what they say. */

import assert from "node:assert/strict";
import { RequestFault } from "../../endpoint/fault.ts";
import type { EngineServer } from "./engine_server.ts";
import { SglangServer } from "./sglang.ts";
import { VllmServer } from "./vllm.ts";

type Answer = (path: string, body: Record<string, unknown>) => Response;

/** Runs a test against a server that answers so; what it was asked. */
async function against(
  Server: typeof VllmServer | typeof SglangServer,
  answer: Answer,
  test: (server: EngineServer) => Promise<void>,
): Promise<{ path: string; body: unknown; key: string | null }[]> {
  const asked: { path: string; body: unknown; key: string | null }[] = [];
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    const body = request.method === "POST" ? await request.json() : undefined;
    asked.push({ path, body, key: request.headers.get("authorization") });
    return answer(path, body);
  });
  const server = new Server({
    url: `http://127.0.0.1:${http.addr.port}/v1/`,
    apiKeyEnv: "EMEND_TEST_ENGINE_KEY",
    timeoutMs: 5000,
    endTokens: [9],
    vocabSize: 10,
  });
  try {
    await test(server);
  } finally {
    await http.shutdown();
  }
  return asked;
}

const request = { prompt: [1, 2, 3], maxTokens: 4, seeds: [2 ** 52, 7] };
const sampling = { temperature: 0.5, topP: 0.9, topK: 0 };
const weights = { name: "w-1", folder: "/shared/w-1", kind: "model" } as const;
const adapter = { name: "w-1", folder: "/shared/w-1", kind: "adapter" } as const;
const fine: Answer = () => Response.json({ success: true });
const fault = (told: RegExp, passing = true) => (error: unknown) =>
  error instanceof RequestFault && error.passing === passing && told.test(error.message);

const choice = (index: number, tokens: number[], finish: string) => ({
  index,
  token_ids: tokens,
  logprobs: { token_logprobs: tokens.map((id) => -id / 10) },
  finish_reason: finish,
});

Deno.test("vLLM: every sampling parameter is sent, answers are put in order", async () => {
  Deno.env.set("EMEND_TEST_ENGINE_KEY", "sesame");
  const choices = [choice(1, [4, 5, 6, 7], "length"), choice(0, [8, 9], "stop")];
  const asked = await against(VllmServer, () => Response.json({ choices }), async (server) => {
    assert.deepEqual(await server.complete(request, sampling), [
      { tokens: [8, 9], logprobs: [-0.8, -0.9], finish: "stop" },
      { tokens: [4, 5, 6, 7], logprobs: [-0.4, -0.5, -0.6, -0.7], finish: "length" },
    ]);
  });
  Deno.env.delete("EMEND_TEST_ENGINE_KEY");
  assert.deepEqual(asked, [{
    path: "/v1/completions",
    key: "Bearer sesame",
    body: {
      prompt: [1, 2, 3],
      n: 2,
      max_tokens: 4,
      min_tokens: 0,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 0,
      min_p: 0,
      repetition_penalty: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      seed: 2 ** 52,
      ignore_eos: true,
      stop_token_ids: [9],
      logprobs: 0,
      return_token_ids: true,
      skip_special_tokens: false,
    },
  }]);
});

Deno.test("vLLM: choices that are missing, double or no choices", async () => {
  const cases: [unknown, RegExp][] = [
    [{ choices: [choice(0, [9], "stop")] }, /sent 1 choices, not 2/],
    [{ choices: [choice(0, [9], "stop"), choice(0, [9], "stop")] }, /a finish reason of none/],
    [{ choices: "many" }, /sent 0 choices/],
    [null, /sent 0 choices, not 2: null/],
    [[1], /sent 0 choices/],
  ];
  for (const [answer, told] of cases) {
    await against(VllmServer, () => Response.json(answer), async (server) => {
      await assert.rejects(server.complete(request, sampling), fault(told));
    });
  }
});

Deno.test("vLLM: new weights, then an empty prefix cache", async () => {
  const asked = await against(VllmServer, fine, (server) => server.load(weights));
  assert.deepEqual(asked.map(({ path, body }) => [path, body]), [
    ["/collective_rpc", { method: "reload_weights", kwargs: { weights_path: "/shared/w-1" } }],
    ["/reset_prefix_cache", {}],
  ]);
  await against(
    VllmServer,
    (path) => path === "/reset_prefix_cache" ? Response.json({ success: false }) : fine(path, {}),
    (server) => assert.rejects(server.load(weights), fault(/reset_prefix_cache did not succeed/)),
  );
  await against(
    VllmServer,
    () => new Response("Not Found", { status: 404 }),
    (server) =>
      assert.rejects(
        server.load(weights),
        fault(/collective_rpc answered HTTP 404.* Start vLLM with VLLM_SERVER_DEV_MODE=1/, false),
      ),
  );
});

Deno.test("vLLM: adapters come under a new name, the one before goes", async () => {
  const answer: Answer = (path) => {
    if (path === "/v1/unload_lora_adapter") return new Response("unknown", { status: 404 });
    const choices = [choice(0, [9], "stop"), choice(1, [9], "stop")];
    return Response.json({ choices });
  };
  const asked = await against(VllmServer, answer, async (server) => {
    await server.load(adapter);
    await server.complete(request, sampling);
    await server.load({ ...adapter, name: "w-2", folder: "/shared/w-2" });
    await server.complete(request, sampling);
  });
  const brief = asked.map(({ path, body }) => [path, (body as { model?: string }).model ?? body]);
  assert.deepEqual(brief, [
    ["/v1/load_lora_adapter", { lora_name: "w-1", lora_path: "/shared/w-1" }],
    ["/v1/completions", "w-1"],
    ["/v1/load_lora_adapter", { lora_name: "w-2", lora_path: "/shared/w-2" }],
    ["/v1/unload_lora_adapter", { lora_name: "w-1" }],
    ["/v1/completions", "w-2"],
  ]);
});

const drawn = (tokens: number[], type: string) => ({
  text: "",
  output_ids: tokens.slice(0, -1),
  meta_info: {
    output_token_logprobs: tokens.map((id) => [-id / 10, id, null]),
    finish_reason: { type },
  },
});

Deno.test("SGLang: a row an answer, each with its seed and every sampling parameter", async () => {
  const answers = [drawn([8, 9], "stop"), drawn([4, 5, 6, 7], "length")];
  const asked = await against(SglangServer, () => Response.json(answers), async (server) => {
    assert.deepEqual(await server.complete(request, sampling), [
      { tokens: [8, 9], logprobs: [-0.8, -0.9], finish: "stop" },
      { tokens: [4, 5, 6, 7], logprobs: [-0.4, -0.5, -0.6, -0.7], finish: "length" },
    ]);
  });
  const parameters = {
    max_new_tokens: 4,
    min_new_tokens: 0,
    temperature: 0.5,
    top_p: 0.9,
    top_k: -1,
    min_p: 0,
    repetition_penalty: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    ignore_eos: false,
    stop_token_ids: [9],
    skip_special_tokens: false,
  };
  assert.deepEqual(asked, [{
    path: "/generate",
    key: null,
    body: {
      input_ids: [[1, 2, 3], [1, 2, 3]],
      sampling_params: [2 ** 52, 7].map((sampling_seed) => ({ ...parameters, sampling_seed })),
      return_logprob: true,
    },
  }]);
});

Deno.test("SGLang: answers that are no answers", async () => {
  const cases: [unknown, RegExp][] = [
    [drawn([9], "stop"), /sent no answers, not 2/],
    [[drawn([9], "stop")], /sent 1 answers, not 2/],
    [[null, null], /a finish reason of none/],
    [[drawn([9], "abort"), drawn([9], "stop")], /a finish reason of "abort"/],
    [[{ meta_info: { finish_reason: { type: "stop" } } }, 1], /no token ids/],
  ];
  for (const [answer, told] of cases) {
    await against(SglangServer, () => Response.json(answer), async (server) => {
      await assert.rejects(server.complete(request, sampling), fault(told));
    });
  }
});

Deno.test("SGLang: paused, given new weights, and never left paused", async () => {
  const asked = await against(SglangServer, fine, (server) => server.load(weights));
  const body = { model_path: "/shared/w-1", weight_version: "w-1", flush_cache: true };
  assert.deepEqual(asked.map(({ path, body }) => [path, body]), [
    ["/pause_generation", {}],
    ["/update_weights_from_disk", body],
    ["/continue_generation", {}],
  ]);
  for (
    const [answer, passing] of [
      [() => Response.json({ success: false, message: "no such file" }), true],
      [() => Response.json({ success: false }, { status: 400 }), false],
    ] as const
  ) {
    const asked = await against(
      SglangServer,
      (path) => path === "/update_weights_from_disk" ? answer() : fine(path, {}),
      (server) => assert.rejects(server.load(weights), fault(/success/, passing)),
    );
    assert.equal(asked.at(-1)!.path, "/continue_generation");
  }
});
