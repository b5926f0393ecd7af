import assert from "node:assert/strict";
import { generateCritique } from "./critique.ts";
import { ModelCritic, type ModelCriticOptions } from "./model_critic.ts";

const wrong = { question: "What is 2 + 2?", response: "It is 5.", gt: "4", score: 0 };
const right = { ...wrong, response: "It is 4.", score: 1 };
const fallback = { ...generateCritique(wrong), origin: "fallback" };

/** What the server says to a call; `over` resolves when the test is. */
type Answer = (over: Promise<void>) => Response | Promise<Response>;

const say = (content: string): Answer => () =>
  Response.json({ choices: [{ message: { role: "assistant", content } }] });
const status = (code: number, body = "", headers: HeadersInit = {}): Answer => () =>
  new Response(body, { status: code, headers });
const hang: Answer = (over) => over.then(() => new Response());

/** Runs a test against a local endpoint that gives these answers in turn, and then repeats the last. */
async function against(
  answers: Answer[],
  test: (critic: ModelCritic, bodies: Record<string, unknown>[]) => Promise<void>,
  options: Partial<ModelCriticOptions> = {},
): Promise<void> {
  const bodies: Record<string, unknown>[] = [];
  const over = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.json();
    bodies.push({ ...body, url: new URL(request.url).pathname, headers: request.headers });
    return await answers[Math.min(bodies.length, answers.length) - 1](over.promise);
  });
  const critic = new ModelCritic({
    baseUrl: `http://127.0.0.1:${server.addr.port}/v1/`,
    model: "critic-1",
    backoffMs: 1,
    ...options,
  });
  try {
    await test(critic, bodies);
  } finally {
    over.resolve();
    await server.shutdown();
  }
}

Deno.test("model critic: sends the recipe's request, returns the critique verbatim", async () => {
  const text = " Step 1 adds wrongly.\nVerdict: incorrect \n";
  Deno.env.set("EMEND_TEST_CRITIC_KEY", "sesame");
  await against([say(text)], async (critic, bodies) => {
    assert.deepEqual(await critic.critique({ ...wrong, reference: "2 + 2 = 4" }), {
      critique: text,
      type: "text",
      origin: "model",
    });
    const [body] = bodies;
    assert.equal(body.url, "/v1/chat/completions");
    assert.equal((body.headers as Headers).get("authorization"), "Bearer sesame");
    assert.deepEqual(
      [body.model, body.max_tokens, body.temperature, body.top_p],
      ["critic-1", 4096, 0.7, 0.75],
    );
    assert.match(JSON.stringify(body.messages), /It is 5\..*2 \+ 2 = 4/);
    assert.deepEqual(critic.counters, { calls: 1, failures: 0, regenerated: 0, fallbacks: 0 });
    assert.equal(critic.lastFault, null);
  }, { apiKeyEnv: "EMEND_TEST_CRITIC_KEY" });
});

Deno.test("model critic: a correct response costs no call", async () => {
  await against([say("never said")], async (critic, bodies) => {
    assert.deepEqual(await critic.critique(right), generateCritique(right));
    assert.equal(bodies.length, 0);
    assert.equal(critic.counters.calls, 0);
  });
});

Deno.test("model critic: 500 and 429 pass, the third attempt counts", async () => {
  const answers = [status(500, "busy"), status(429, "slow"), say("Verdict: incorrect")];
  await against(answers, async (critic) => {
    assert.equal((await critic.critique(wrong)).origin, "model");
    assert.deepEqual(critic.counters, { calls: 3, failures: 2, regenerated: 0, fallbacks: 0 });
    assert.match(critic.lastFault!, /HTTP 429: slow/);
  });
});

Deno.test("model critic: waits as long as the server asks, a timeout's length at most", async () => {
  const answers = [status(429, "", { "retry-after": "3600" }), say("Verdict: incorrect")];
  await against(answers, async (critic) => {
    const start = performance.now();
    assert.equal((await critic.critique(wrong)).origin, "model");
    const waited = performance.now() - start;
    assert.ok(waited >= 290 && waited < 5000, `${waited} ms`);
  }, { timeoutMs: 300 });
});

Deno.test("model critic: an endpoint that stays down is counted and falls back", async () => {
  await against([status(503)], async (critic) => {
    assert.deepEqual(await critic.critique(wrong), fallback);
    assert.deepEqual(critic.counters, { calls: 3, failures: 3, regenerated: 0, fallbacks: 1 });
  });
});

Deno.test("model critic: a hanging endpoint costs one timeout an attempt", async () => {
  await against([hang], async (critic) => {
    assert.deepEqual(await critic.critique(wrong), fallback);
    assert.deepEqual(critic.counters, { calls: 2, failures: 2, regenerated: 0, fallbacks: 1 });
    assert.match(critic.lastFault!, /no answer within 0\.1 s/);
  }, { timeoutMs: 100, attempts: 2 });
});

Deno.test("model critic: what is not going to change is not asked again", async () => {
  const cases: [Answer, RegExp][] = [
    [status(401, "bad key"), /HTTP 401: bad key\. It wants an API key: put it into/],
    [status(400, "no"), /HTTP 400/],
    [say("  \n"), /critique is empty/],
  ];
  for (const [answer, fault] of cases) {
    await against([answer], async (critic) => {
      assert.deepEqual(await critic.critique(wrong), fallback);
      assert.deepEqual(critic.counters, { calls: 1, failures: 1, regenerated: 0, fallbacks: 1 });
      assert.match(critic.lastFault!, fault);
    });
  }
});

Deno.test("model critic: a garbled answer is asked for again", async () => {
  const cases: [Answer, RegExp][] = [
    [() => new Response("<html>\x1b[31mproxy"), /sent no JSON: <html> \[31mproxy/],
    [() => Response.json({ choices: [] }), /sent no choices\[0\]\.message\.content/],
  ];
  for (const [answer, fault] of cases) {
    await against([answer, say("Verdict: incorrect")], async (critic) => {
      assert.equal((await critic.critique(wrong)).origin, "model");
      assert.deepEqual(critic.counters, { calls: 2, failures: 1, regenerated: 0, fallbacks: 0 });
      assert.match(critic.lastFault!, fault);
    });
  }
});

Deno.test("model critic: a verdict against the rule check is generated anew", async () => {
  await against([say("Verdict: correct"), say("Verdict: incorrect")], async (critic) => {
    assert.equal((await critic.critique(wrong)).critique, "Verdict: incorrect");
    assert.deepEqual(critic.counters, { calls: 2, failures: 0, regenerated: 1, fallbacks: 0 });
  });
  await against([say("Verdict: correct")], async (critic) => {
    assert.deepEqual(await critic.critique(wrong), fallback);
    assert.deepEqual(critic.counters, { calls: 3, failures: 0, regenerated: 2, fallbacks: 1 });
  });
});

Deno.test("model critic: a critique without a verdict stands", async () => {
  await against([say("Step 1 is wrong, as")], async (critic) => {
    assert.equal((await critic.critique(wrong)).origin, "model");
  });
});

Deno.test("model critic: an abort ends the request, the wait and the queue, and is no failure", async () => {
  await against([hang], async (critic) => {
    const controller = new AbortController();
    const asked = Promise.allSettled(
      [1, 2, 3].map(() => critic.critique(wrong, controller.signal)),
    );
    setTimeout(() => controller.abort(new Error("the user has had enough")), 50);
    for (const result of await asked) {
      assert.equal(result.status, "rejected");
      assert.match(String(result.reason), /had enough/);
    }
    assert.deepEqual(critic.counters, { calls: 2, failures: 0, regenerated: 0, fallbacks: 0 });
  }, { concurrency: 2 });
  await against([status(500)], async (critic) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("the user has had enough")), 50);
    await assert.rejects(critic.critique(wrong, controller.signal), /had enough/);
  }, { backoffMs: 60_000 });
});

Deno.test("model critic: eight requests under way at most", async () => {
  let underWay = 0, most = 0;
  const slow: Answer = async (over) => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay--;
    return say("Verdict: incorrect")(over);
  };
  await against([slow], async (critic) => {
    await Promise.all(Array.from({ length: 40 }, () => critic.critique(wrong)));
    assert.equal(most, 8);
    assert.equal(critic.counters.calls, 40);
  });
});

Deno.test("model critic: check passes a live endpoint with one cheap call, uncounted", async () => {
  await against([status(503), say("Hi")], async (critic, bodies) => {
    await critic.check();
    assert.deepEqual(bodies.map((body) => body.max_tokens), [1, 1]);
    assert.equal(critic.counters.calls, 0);
  });
});

Deno.test("model critic: check says what is wrong", async () => {
  await against([status(401, "bad key")], async (critic, bodies) => {
    await assert.rejects(
      critic.check(),
      /Cannot use the critique model: .*HTTP 401: bad key.*put it into EMEND_TEST_UNSET.*critique_type=simple_gt/,
    );
    assert.equal(bodies.length, 1);
    assert.equal((bodies[0].headers as Headers).get("authorization"), null);
  }, { apiKeyEnv: "EMEND_TEST_UNSET" });
  await against([status(404)], async (critic) => {
    await assert.rejects(critic.check(), /HTTP 404.*Check the address.*critic-1/);
  });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const down = new ModelCritic({
    baseUrl: `http://127.0.0.1:${port}/v1`,
    model: "critic-1",
    backoffMs: 1,
  });
  await assert.rejects(down.check(), /Cannot reach http:\/\/127\.0\.0\.1/);
});

Deno.test("model critic: an address and a model must be there before the first step", () => {
  assert.throws(() => new ModelCritic({ baseUrl: "", model: "m" }), /Cannot use the endpoint ""/);
  assert.throws(() => new ModelCritic({ baseUrl: "localhost:1/v1", model: "m" }), /http\(s\)/);
  assert.throws(() => new ModelCritic({ baseUrl: "http://x/v1", model: "" }), /without a name/);
});
