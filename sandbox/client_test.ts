import assert from "node:assert/strict";
import { SandboxClient } from "./client.ts";
import { ServiceFault } from "./retry.ts";

const RAN = {
  status: "Success",
  message: "",
  run_result: {
    status: "Finished",
    execution_time: 0.1,
    return_code: 0,
    stdout: "1\n",
    stderr: "",
  },
};
const PROGRAM = { language: "python", code: "print(1)", compile_timeout: 1, run_timeout: 1 };

/** A server that answers each request with the next of the answers, the last again and again. */
function server(...answers: ((request: Request) => Response | Promise<Response>)[]) {
  const times: number[] = [], headers: Headers[] = [];
  const http = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    times.push(performance.now());
    headers.push(request.headers);
    return await answers[Math.min(times.length, answers.length) - 1](request);
  });
  const endpoint = `http://127.0.0.1:${http.addr.port}`;
  return { endpoint, times, headers, [Symbol.asyncDispose]: () => http.shutdown() };
}

const json = (body: unknown, status = 200, headers = {}) => () =>
  Response.json(body, { status, headers });
const quick = { backoffMs: 1 };

Deno.test("runs a program, fills in defaults, sends the token", async () => {
  await using at = server(async (request) => {
    assert.equal(new URL(request.url).pathname, "/run_code");
    assert.equal((await request.json()).memory_limit_MB, -1);
    return Response.json(RAN);
  });
  await using client = new SandboxClient({ endpoint: at.endpoint + "/", token: "s3" });
  const response = await client.runCode(PROGRAM);
  assert.equal(response.run_result?.stdout, "1\n");
  assert.equal(response.compile_result, null);
  assert.equal(at.headers[0].get("authorization"), "Bearer s3");
});

Deno.test("tries again after faults of the service", async () => {
  const error = { status: "SandboxError", message: "out of slots" };
  const faults = [json({}, 502), json({}, 503), json({}, 504), json(error), json(RAN)];
  await using at = server(...faults);
  await using client = new SandboxClient({ endpoint: at.endpoint, ...quick });
  assert.equal((await client.runCode(PROGRAM)).status, "Success");
  assert.equal(at.times.length, 5);
});

Deno.test("does not try again what the program did, nor what the server refuses", async () => {
  const late = { ...RAN.run_result, status: "TimeLimitExceeded", return_code: null };
  await using at = server(
    json({ ...RAN, status: "Failed", run_result: late }),
    json({ detail: 'Cannot run language \u001b[2J"cobol"' }, 400),
    json({ detail: "token" }, 401),
    json({}, 500),
    json({ hello: 1 }),
  );
  await using client = new SandboxClient({ endpoint: at.endpoint, ...quick });
  assert.equal((await client.runCode(PROGRAM)).status, "Failed");
  await assert.rejects(client.runCode(PROGRAM), (error: Error) => {
    assert.ok(error instanceof ServiceFault);
    assert.match(error.message, /\/run_code answered HTTP 400: .*cobol/);
    assert.ok(!error.message.includes("\u001b"));
    return true;
  });
  await assert.rejects(client.runCode(PROGRAM), /HTTP 401.*Give the client the server's token/);
  await assert.rejects(client.runCode(PROGRAM), /HTTP 500/);
  await assert.rejects(client.runCode(PROGRAM), /did not answer as SandboxFusion does/);
  assert.equal(at.times.length, 5);
});

Deno.test("waits as long as Retry-After says", async () => {
  await using at = server(json({}, 429, { "retry-after": "1" }), json(RAN));
  await using client = new SandboxClient({ endpoint: at.endpoint, ...quick });
  await client.runCode(PROGRAM);
  assert.ok(at.times[1] - at.times[0] >= 990);
});

Deno.test("gives up after the attempts, and says so", async () => {
  await using at = server(json({}, 503));
  await using client = new SandboxClient({ endpoint: at.endpoint, attempts: 3, ...quick });
  await assert.rejects(client.runCode(PROGRAM), /HTTP 503.*\(3 attempts\)/);
  assert.equal(at.times.length, 3);
});

Deno.test("a SandboxError that stays is the answer", async () => {
  await using at = server(json({ status: "SandboxError", message: "no" }));
  await using client = new SandboxClient({ endpoint: at.endpoint, attempts: 2, ...quick });
  assert.equal((await client.runCode(PROGRAM)).status, "SandboxError");
  assert.equal(at.times.length, 2);
});

Deno.test("nobody there: the address and what to do", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const endpoint = `http://127.0.0.1:${port}`;
  await using client = new SandboxClient({ endpoint, attempts: 2, ...quick });
  await assert.rejects(
    client.runCode(PROGRAM),
    new RegExp(`Cannot reach ${endpoint}/run_code: .*deno task sandbox.*\\(2 attempts\\)`),
  );
  assert.throws(
    () => new SandboxClient({ endpoint: "localhost:8080" }),
    /takes the http\(s\) address/,
  );
});

Deno.test("the deadline begins with the headers", async () => {
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  let release = () => {};
  await using at = server(
    // In the queue for longer than the program's limit and the grace.
    async () => (await pause(1500), Response.json(RAN)),
    // At work for longer.
    () => {
      const body = new ReadableStream({ start: (c) => void (release = () => c.close()) });
      return new Response(body);
    },
  );
  const options = { endpoint: at.endpoint, graceSeconds: 0.2, queueSeconds: 30 };
  await using client = new SandboxClient(options);
  const program = { ...PROGRAM, compile_timeout: 0.2, run_timeout: 0.2 };
  assert.equal((await client.runCode(program)).status, "Success");
  await assert.rejects(client.runCode(program), /brought no answer within 0\.\d+ s/);
  release();
});

Deno.test("at most so many at once", async () => {
  let now = 0, most = 0;
  await using at = server(async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now--;
    return Response.json(RAN);
  });
  await using client = new SandboxClient({ endpoint: at.endpoint, concurrency: 3 });
  await Promise.all(Array.from({ length: 12 }, () => client.runCode(PROGRAM)));
  assert.equal(most, 3);
});

Deno.test("stops when asked to, in the queue, at work, and between attempts", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => release = resolve);
  await using at = server(async () => (await held, Response.json(RAN)));
  await using busy = server(json({}, 503));
  await using client = new SandboxClient({ endpoint: at.endpoint, concurrency: 1 });
  await using waiting = new SandboxClient({ endpoint: busy.endpoint, backoffMs: 60_000 });
  const abort = new AbortController();
  const all = [client, client, waiting].map((each) => each.runCode(PROGRAM, abort.signal));
  setTimeout(() => abort.abort(new Error("enough")), 100);
  await Promise.all(all.map((one) => assert.rejects(one, /enough/)));
  release();
});
