import assert from "node:assert/strict";
import {
  AnswerServer,
  completion,
  HALF_CLOSED,
  type Script,
  type Scripted,
  STALL,
  TRUNCATED,
} from "../../tests/answer_server.ts";
import { promptMessages } from "../data/chat.ts";
import type { ChatAnswer } from "../endpoint/chat_endpoint.ts";
import { EndpointRespondent, type EndpointRespondentOptions } from "./endpoint_respondent.ts";
import type { Question } from "./respondent.ts";

/** Sums, so that an answer can be checked; `samples` of each. */
function sums(n: number, samples = 1): Question[] {
  return Array.from({ length: n * samples }, (_, i) => {
    const a = Math.floor(i / samples);
    const question = `${a} + 1`;
    const problem = {
      id: `sums:${a}`,
      question,
      groundTruth: String(a + 1),
      source: "sums",
      messages: promptMessages(question),
      metadata: {},
    };
    return { problem, sample: i % samples, seed: 2 ** 40 + i };
  });
}

/** What the model says to a sum. */
const solve: Script = ({ messages }) => `\\boxed{${parseInt(messages.at(-1)!.content) + 1}}`;

/** Asks a server with this script; answers by question, and what was warned of. */
async function ask(
  script: Script,
  questions: Question[],
  options: Partial<EndpointRespondentOptions> = {},
) {
  await using server = await AnswerServer.start(script);
  const warnings: string[] = [];
  const respondent = new EndpointRespondent({
    baseUrl: server.url,
    model: "m",
    maxTokens: 100,
    temperature: 0,
    topP: 1,
    timeoutMs: 5000,
    concurrency: 8,
    attempts: 5,
    backoffMs: 2,
    warn: (text) => warnings.push(text),
    ...options,
  });
  const answers = new Map<string, ChatAnswer>();
  const asked = respondent.answer(questions, ({ problem, sample }, answer) => {
    const key = `${problem.id} ${sample}`;
    assert.ok(!answers.has(key), `${key} was answered twice`);
    answers.set(key, answer);
  });
  const error: Error | null = await asked.then(() => null, (error) => error);
  return { answers, warnings, error, requests: server.requests, most: server.most };
}

function allRight(answers: Map<string, ChatAnswer>, n: number): void {
  assert.equal(answers.size, n);
  for (const [key, { text }] of answers) {
    assert.equal(text, `\\boxed{${parseInt(key.slice("sums:".length)) + 1}}`, key);
  }
}

Deno.test("endpoint: every question is asked once, a bounded number at a time", async () => {
  const slow: Script = async (request, count) => {
    await new Promise((go) => setTimeout(go, 3));
    return solve(request, count);
  };
  const { answers, error, requests, most } = await ask(slow, sums(40), { concurrency: 4 });
  assert.equal(error, null);
  allRight(answers, 40);
  assert.equal(requests.length, 40);
  assert.equal(most, 4);
  const [{ model, max_tokens, temperature, top_p, seed, messages }] = requests;
  assert.deepEqual([model, max_tokens, temperature, top_p, seed], ["m", 100, 0, 1, undefined]);
  assert.deepEqual(messages.map(({ role }) => role), ["system", "user"]);
});

Deno.test("endpoint: samples of a problem have seeds of their own, in 31 bits", async () => {
  const { requests } = await ask(solve, sums(3, 4), { temperature: 0.6, topP: 0.95 });
  const seeds = requests.map(({ seed }) => seed!);
  assert.equal(new Set(seeds).size, 12);
  assert.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31));
});

const faults: Record<string, () => Scripted> = {
  "HTTP 500": () => new Response("oops", { status: 500 }),
  "HTTP 503 with Retry-After": () =>
    new Response("", { status: 503, headers: { "retry-after": "1" } }),
  "HTTP 429 with a date": () =>
    new Response("slow down", {
      status: 429,
      headers: { "retry-after": new Date(Date.now() + 1000).toUTCString() },
    }),
  "a half-closed stream": () => HALF_CLOSED,
  "a body that ends early": () => new Response(TRUNCATED),
  "HTML": () => new Response("<html>\x1b[2Jproxy error", { status: 200 }),
  "JSON of something else": () => Response.json({ error: "what?" }),
  "a null content": () => Response.json({ choices: [{ message: { content: null } }] }),
  "a stall": () => STALL,
};
for (const [name, fault] of Object.entries(faults)) {
  Deno.test(`endpoint: ${name} loses no problem`, async () => {
    // The first six requests and every third fail.
    const { answers, error, warnings, requests } = await ask(
      (request, count) => count <= 6 || count % 3 === 0 ? fault() : solve(request, count),
      sums(12),
      { timeoutMs: 250 },
    );
    assert.equal(error, null);
    allRight(answers, 12);
    const repeated = requests.length - 12;
    assert.equal(warnings.at(-1), `${repeated} request(s) failed and were repeated`);
    assert.match(warnings[0], /^(Cannot reach )?http:\/\/127\.0\.0\.1:\d+.*Asking again$/);
    assert.equal(warnings.length, 2);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(warnings.join(), /\x1b/);
  });
}

Deno.test("endpoint: waits as long as a rate limit asks for", async () => {
  const times: number[] = [];
  const { answers } = await ask(
    (request, count) => {
      times.push(performance.now());
      return count === 1
        ? new Response("", { status: 429, headers: { "retry-after": "0.3" } })
        : solve(request, count);
    },
    sums(1),
    { backoffMs: 10 },
  );
  allRight(answers, 1);
  assert.ok(times[1] - times[0] >= 290, `${times[1] - times[0]} ms`);
});

Deno.test("endpoint: one that dies stops the evaluation; what came is kept", async () => {
  const { answers, error, requests } = await ask(
    (request, count) => count <= 20 ? solve(request, count) : new Response("", { status: 502 }),
    sums(200),
    { attempts: 3 },
  );
  assert.equal(answers.size, 20);
  assert.match(
    error!.message,
    /HTTP 502: \(nothing\) \(3 attempt\(s\), and no other request succeeded\)\. All answers so far are kept: the same command goes on from there\./,
  );
  assert.ok(requests.length < 60, `${requests.length} requests to a dead server`);
});

Deno.test("endpoint: a refused key or an unknown model ends it at once, with advice", async () => {
  for (
    const [status, advice] of [[401, /It wants an API key/], [404, /the model's name, m/]] as const
  ) {
    const { error, requests } = await ask(() => new Response("no", { status }), sums(50));
    assert.match(error!.message, advice);
    assert.ok(requests.length <= 8, "no more than were under way");
  }
});

Deno.test("endpoint: a key that expires meanwhile ends it soon", async () => {
  const { answers, error, requests } = await ask(
    (request, count) => count <= 20 ? solve(request, count) : new Response("", { status: 401 }),
    sums(200),
    { concurrency: 4 },
  );
  assert.equal(answers.size, 20);
  assert.match(error!.message, /HTTP 401: .*All answers so far are kept/);
  assert.ok(requests.length <= 30, `${requests.length} requests`);
});

Deno.test("endpoint: a question that always fails is named when all others are answered", async () => {
  const { answers, error } = await ask(
    (request, count) =>
      request.messages.at(-1)!.content.startsWith("7 ")
        ? new Response("too long", { status: 400 })
        : solve(request, count),
    sums(30),
    { concurrency: 2 },
  );
  assert.equal(answers.size, 29);
  assert.match(
    error!.message,
    /^1 question\(s\) stayed without an answer:\n {2}sums:7, answer 1: .*HTTP 400: too long\nAll answers so far are kept/,
  );
});

Deno.test("endpoint: cut answers, counted tokens, reasoning kept apart", async () => {
  const script: Script = (_, count) =>
    count === 1 ? completion("so", { finish: "length", tokens: 100 }) : Response.json({
      choices: [{
        message: { content: count === 2 ? "\\boxed{2}" : null, reasoning_content: "1 + 1" },
        finish_reason: count === 2 ? "stop" : "length",
      }],
    });
  const { answers } = await ask(script, sums(3), { concurrency: 1 });
  assert.deepEqual([...answers.values()], [
    { text: "so", finish: "length", tokens: 100 },
    { text: "<think>\n1 + 1\n</think>\n\\boxed{2}", finish: "stop", tokens: null },
    { text: "<think>\n1 + 1", finish: "length", tokens: null },
  ]);
});
