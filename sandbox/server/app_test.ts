import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { Hono } from "hono";
import { SandboxClient } from "../client.ts";
import { DatasetFolder } from "../datasets/folder.ts";
import { LocalSandbox } from "../local.ts";
import { type AppOptions, createApp } from "./app.ts";
import { listen } from "./serve.ts";

const PYTHON = { language: "python", code: "print(1)" };

function post(app: Hono, path: string, body: unknown, headers = {}): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return Promise.resolve(app.request(path, { method: "POST", body: text, headers }));
}

async function withApp(
  options: Partial<AppOptions>,
  test: (app: Hono, sandbox: LocalSandbox) => Promise<void>,
): Promise<void> {
  await using sandbox = await LocalSandbox.create({ concurrency: 4 });
  const datasets = new DatasetFolder(null);
  await test(createApp({ sandbox, concurrency: 2, datasets, ...options }), sandbox);
}

/** Requests that cannot be served: what the answer says, and where it says the fault is. */
const BAD: [name: string, path: string, body: unknown, status: number, says: RegExp][] = [
  ["no JSON", "/run_code", "{", 422, /json_invalid.*"body"/],
  ["no UTF-8", "/run_code", "\ud800", 422, /json_invalid/],
  ["a list", "/run_code", [], 422, /"loc":\["body"\]/],
  ["nothing", "/run_code", {}, 422, /"missing".*"body","code".*Field required/],
  ["code that is none", "/run_code", { ...PYTHON, code: 1 }, 422, /"body","code"/],
  [
    "an unknown language",
    "/run_code",
    { ...PYTHON, language: "cobol" },
    400,
    /cobol.*known are.*python/,
  ],
  ["a negative limit", "/run_code", { ...PYTHON, run_timeout: -1 }, 422, /"body","run_timeout"/],
  ["no time", "/run_code", { ...PYTHON, compile_timeout: 0 }, 422, /"body","compile_timeout"/],
  ["a limit of years", "/run_code", { ...PYTHON, run_timeout: 1e9 }, 422, /"body","run_timeout"/],
  [
    "negative memory",
    "/run_code",
    { ...PYTHON, memory_limit_MB: -5 },
    422,
    /"body","memory_limit_MB"/,
  ],
  [
    "an absolute path",
    "/run_code",
    { ...PYTHON, files: { "/etc/x": "" } },
    400,
    /files.*\/etc\/x.*absolute/,
  ],
  ["a path upwards", "/run_code", { ...PYTHON, files: { "a/../../x": "" } }, 400, /files.*\.\./],
  ["fetching upwards", "/run_code", { ...PYTHON, fetch_files: ["../x"] }, 400, /fetch_files.*\.\./],
  [
    "fetching the host's",
    "/run_code",
    { ...PYTHON, fetch_files: ["/etc/passwd"] },
    400,
    /fetch_files.*absolute/,
  ],
  ["no base64", "/run_code", { ...PYTHON, files: { x: "?" } }, 400, /base64/],
  ["cells that are none", "/run_jupyter", { cells: "x" }, 422, /"body","cells"/],
  ["another kernel", "/run_jupyter", { cells: [], kernel: "ir" }, 422, /"body","kernel"/],
  [
    "an unknown data set",
    "/submit",
    { dataset: "x", id: 1, completion: "" },
    400,
    /no data set.*--datasets/,
  ],
  ["a name that is a path", "/list_ids", { dataset: "../../etc/passwd" }, 400, /no data set/],
  [
    "rows without tests",
    "/submit",
    {
      dataset: "x",
      id: 1,
      completion: "",
      config: { provided_data: { content: "?" } },
    },
    400,
    /Row 1 has no tests/,
  ],
  [
    "tests that are none",
    "/submit",
    {
      dataset: "x",
      id: 1,
      completion: "",
      config: { provided_data: { test: [{ input: 1 }] } },
    },
    400,
    /Cannot read row 1/,
  ],
  [
    "a hostile pickle",
    "/submit",
    {
      dataset: "x",
      id: 1,
      completion: "",
      config: { provided_data: { test: "eJxrYJnKCgAD9QFT" } },
    },
    400,
    /Cannot read the tests of row 1/,
  ],
  ["no page", "/get_prompts", { dataset: "x", offset: -1 }, 422, /"body","offset"/],
  [
    "logic that fails",
    "/submit",
    {
      dataset: "x",
      id: 1,
      completion: "",
      config: { provided_data: { test: "assert f()" }, custom_extract_logic: "1/0" },
    },
    400,
    /custom_extract_logic.*ZeroDivisionError/,
  ],
];

Deno.test("what cannot be served is answered with what and where", async (t) => {
  await withApp({}, async (app) => {
    for (const [name, path, body, status, says] of BAD) {
      await t.step(name, async () => {
        const response = await post(app, path, body);
        const text = await response.text();
        assert.equal(response.status, status, text);
        assert.match(text, says);
        assert.ok("detail" in JSON.parse(text));
      });
    }
    await t.step("an unknown path", async () => {
      assert.equal((await app.request("/nothing")).status, 404);
    });
  });
});

Deno.test("50 MB are refused before they are read", async () => {
  await withApp({}, async (app) => {
    await using server = listen(app, { host: "127.0.0.1", port: 0 });
    const megabyte = new Uint8Array(2 ** 20);
    let sent = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          if (sent++ < 500) controller.enqueue(megabyte);
          else controller.close();
        },
      });
    const declared = await fetch(server.endpoint + "/run_code", {
      method: "POST",
      body: new Uint8Array(50 * 2 ** 20),
    }).catch((error) => error as Error);
    // A server that refuses early may close while the client still writes.
    if (declared instanceof Response) {
      assert.equal(declared.status, 413);
      assert.match(await declared.text(), /longer than 32 MiB/);
    }
    const response = await app.request("/run_code", { method: "POST", body: endless() });
    assert.equal(response.status, 413);
    assert.ok(sent < 100, `${sent} MB were read`);
  });
});

Deno.test("runs programs and notebooks", async () => {
  await withApp({}, async (app) => {
    assert.equal(await (await app.request("/v1/ping")).json(), "pong");
    const ran = await (await post(app, "/run_code", { ...PYTHON, stdin: null, files: {} })).json();
    assert.equal(ran.status, "Success");
    assert.equal(ran.run_result.stdout, "1\n");
    const notebook = await (await post(app, "/run_jupyter", {
      cells: ["a = 2", "a", "print(a); import sys; print('e', file=sys.stderr)", "1 / 0", "a + 1"],
    })).json();
    assert.equal(notebook.status, "Success");
    const [, shown, printed, failed, last] = notebook.cells;
    assert.deepEqual(shown.display, [{ "text/plain": "2" }]);
    assert.deepEqual([printed.stdout, printed.stderr], ["2\n", "e\n"]);
    assert.equal(failed.error[0].ename, "ZeroDivisionError");
    assert.ok(!failed.error[0].traceback.join("").includes("_main"));
    assert.deepEqual(last.display, [{ "text/plain": "3" }]);
    const slow = await (await post(app, "/run_jupyter", {
      cells: ["a = 1", "while True: pass", "a"],
      cell_timeout: 0.5,
    })).json();
    assert.equal(slow.status, "Failed");
    assert.equal(slow.driver.status, "TimeLimitExceeded");
    assert.deepEqual([slow.cells.length, slow.cells[1].error[0].ename], [2, "TimeoutError"]);
    const metrics = await (await app.request("/metrics")).text();
    assert.match(metrics, /emend_sandbox_requests_total\{path="\/run_code",status="200"\} 1\n/);
    assert.match(
      metrics,
      /emend_sandbox_programs_total\{language="python",outcome="Success"\} 3\n/,
    );
    assert.match(metrics, /emend_sandbox_program_seconds_count 3\n/);
  });
});

Deno.test("too many at once are sent away, and none is counted late", async () => {
  await withApp({ concurrency: 1, waiting: 2 }, async (app) => {
    const sleep = { language: "python", code: "import time; time.sleep(1)", run_timeout: 5 };
    const all = await Promise.all(Array.from({ length: 8 }, () => post(app, "/run_code", sleep)));
    const statuses = all.map((response) => response.status).sort();
    assert.deepEqual(statuses, [200, 200, 200, 429, 429, 429, 429, 429]);
    for (const response of all) {
      const body = await response.json();
      if (response.status === 200) assert.equal(body.status, "Success");
      else assert.ok(Number(response.headers.get("retry-after")) >= 1);
    }
  });
});

Deno.test("a job that takes long sends its headers when it begins", async () => {
  await withApp({}, async (app) => {
    const begin = performance.now();
    const code = "import time; time.sleep(4); print('late')";
    const response = await post(app, "/run_code", { language: "python", code });
    assert.ok(performance.now() - begin < 3500);
    assert.equal((await response.json()).run_result.stdout, "late\n");
  });
});

Deno.test("a caller that goes away ends its job", async () => {
  await withApp({ concurrency: 1 }, async (app) => {
    await using server = listen(app, { host: "127.0.0.1", port: 0 });
    await using client = new SandboxClient({ endpoint: server.endpoint });
    const abort = new AbortController();
    const endless = { language: "python", code: "while True: pass", run_timeout: 600 };
    const running = client.runCode(endless, abort.signal);
    setTimeout(() => abort.abort(new Error("gone")), 500);
    await assert.rejects(running, /gone/);
    // There is one place: this runs only when the other has ended.
    assert.equal((await client.runCode(PYTHON)).status, "Success");
  });
});

Deno.test("the token, and where none is needed", async () => {
  await withApp({ token: "s3cret" }, async (app) => {
    for (const authorization of ["", "Bearer", "Bearer s3cre", "Bearer s3cret2", "Basic s3cret"]) {
      const response = await post(app, "/run_code", PYTHON, { authorization });
      assert.equal(response.status, 401, authorization);
      assert.match(await response.text(), /Authorization: Bearer TOKEN/);
    }
    const good = { authorization: "Bearer s3cret" };
    assert.equal((await post(app, "/run_code", PYTHON, good)).status, 200);
    assert.throws(() => listen(app, { host: "0.0.0.0", port: 0 }), /without a token/);
    await using server = listen(app, { host: "0.0.0.0", port: 0, token: "s3cret" });
    const port = Number(new URL(server.endpoint).port);
    assert.throws(() => listen(app, { host: "0.0.0.0", port, token: "x" }), /another program does/);
  });
});

Deno.test("data sets from a folder, judged", async (t) => {
  const folder = await Deno.makeTempDir();
  const rows = [
    {
      id: 1,
      content: "Double.",
      labels: '{"level": 1}',
      test: '[{"input": {"stdin": "2"}, "output": {"stdout": "4"}}]',
    },
    { id: "b", content: "f is 1.", test: "assert f() == 1" },
    {
      id: 3,
      content: "sum",
      test_list: ["assert sum(1, 2) == 3"],
      canonical_solution: "def sum(a, b): pass",
    },
    {
      task_id: "H/0",
      prompt: "def g(x):\n    ''' twice '''\n",
      entry_point: "g",
      test: "def check(c): assert c(1) == 2",
    },
  ];
  await Deno.writeTextFile(
    folder + "/mine.jsonl",
    rows.map((row) => JSON.stringify(row)).join("\n"),
  );
  await withApp({ datasets: new DatasetFolder(folder) }, async (app) => {
    const ask = async (path: string, body: object) =>
      await (await post(app, path, { dataset: "mine", config: {}, ...body })).json();
    const submit = (id: string | number, completion: string, config = {}) =>
      ask("/submit", { id, completion, config });

    await t.step("lists", async () => {
      assert.deepEqual(await (await app.request("/list_datasets")).json(), ["mine"]);
      assert.deepEqual(await ask("/list_ids", {}), [1, "b", 3, "H/0"]);
      assert.deepEqual(await ask("/get_prompts", { offset: 1, limit: 1 }), [
        { id: "b", prompt: "f is 1.", labels: {} },
      ]);
      const prompt = await ask("/get_prompt_by_id", { id: 1 });
      assert.deepEqual(prompt, { id: 1, prompt: "Double.", labels: { level: 1 } });
      assert.match((await ask("/get_prompt_by_id", { id: 3 })).prompt, /assert sum\(1, 2\) == 3/);
      assert.match((await ask("/get_prompt_by_id", { id: 9 })).detail, /has no problem 9/);
    });
    await t.step("each format", async () => {
      const good: [string | number, string][] = [
        [1, "```python\nprint(2 * int(input()))\n```"],
        ["b", "```python\ndef f(): return 1\n```"],
        [3, "```python\ndef sum(a, b): return a + b\n```"],
        ["H/0", "    return 2 * x\n"],
        ["H/0", "```python\ndef g(x):\n    return x + x\n```"],
      ];
      for (const [id, completion] of good) {
        const result = await submit(id, completion);
        assert.equal(result.accepted, true, JSON.stringify(result));
        assert.equal(result.id, id);
        const bad = await submit(
          id,
          completion.replace(/return|print/, "0 and 0; $&")
            .replace(/(return|print).*/, "$1(7)"),
        );
        assert.equal(bad.accepted, false, JSON.stringify(bad));
      }
    });
    await t.step("rows of the caller's, a checker, logic of the caller's", async () => {
      const checker = {
        language: "python",
        code: "import sys; sys.exit(0 if open(sys.argv[2]).read().strip() == '5' else 1)",
      };
      const config = { provided_data: rows[0], extra: { checker } };
      assert.equal((await submit(1, "```python\nprint(5)\n```", config)).accepted, true);
      assert.equal((await submit(1, "```python\nprint(4)\n```", config)).accepted, false);
      const custom_extract_logic = "submit_code_blocks([CodeBlock(40, completion[3:], 'python')])";
      const result = await submit("b", "###f = lambda: 1", { custom_extract_logic });
      assert.deepEqual([result.accepted, result.extracted_code], [true, "f = lambda: 1"]);
    });
    await t.step("an answer without code", async () => {
      const result = await submit(1, "I do not know.");
      assert.deepEqual([result.accepted, result.extracted_type, result.tests], [
        false,
        "empty",
        [],
      ]);
    });
    await t.step("a summary", async () => {
      const answer = (id: number, accepted: boolean) => ({
        id,
        accepted,
        extracted_code: "",
        tests: [],
      });
      const results = [answer(1, true), answer(1, false), answer(2, true)];
      const summary = await ask("/get_metrics", { results });
      assert.deepEqual(summary, { "pass@1": 0.75, problems: 2, answers: 3 });
    });
  });
  await Deno.remove(folder, { recursive: true });
  assert.ok(!existsSync(folder));
});
