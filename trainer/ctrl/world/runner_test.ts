import assert from "node:assert/strict";
import type { RunCodeInput, RunCodeResponse, Sandbox } from "../../../sandbox/api.ts";
import { LocalSandbox } from "../../../sandbox/local.ts";
import { SandboxGone } from "../patience.ts";
import { execute } from "./execute.ts";
import { MicroRunner, type MicroTest } from "./runner.ts";

const tests: MicroTest[] = [[1, 2, 3], [4, 5, 9]];
const sum = "def f(a, b): return add ( a , b )\n";
const silent = { attempts: 3, pauseMs: 1, warn: () => {} };

Deno.test("programs pass, fail in part, do not parse, end the process, never end", async () => {
  await using sandbox = await LocalSandbox.create();
  const runner = new MicroRunner(sandbox, silent);
  const codes = [
    sum,
    "def f(a, b): return 3\n",
    "def f(a, b): return a +\n",
    "",
    "def f(a, b): return mod ( a , 0 )\n",
    "import os\nos._exit(0)\n",
    "print('[{\"values\": [3, 9]}]')\nimport os\nos._exit(0)\n",
    "def f(a, b): return str(a + b)\n",
  ];
  const outcomes = await runner.run(codes.map((code) => ({ code, tests })));
  assert.deepEqual(outcomes.map(({ passed }) => passed)[0], true);
  assert.deepEqual(outcomes.map(({ share }) => share).slice(0, 6), [1, 0.5, 0, 0, 0, 0]);
  assert.equal(outcomes[7].passed, false);
  assert.deepEqual(runner.describe(tests)[1], { input: "f(4, 5)", expected: "9" });
  assert.deepEqual(outcomes[1].failures, [{ test: 1, got: "3", message: "" }]);
  assert.match(outcomes[2].failures[0].message, /SyntaxError/);
  assert.match(outcomes[5].failures[1].message, /ended the process/);
  assert.match(outcomes[7].failures[0].message, /no whole number/);
  assert.equal(runner.remembered, 0);
  await runner.run([{ code: sum, tests }, { code: sum, tests: [[1, 1, 2]] }]);
  assert.equal(runner.remembered, 1);
});

Deno.test("an expression of the world cannot reach out of its batch", async () => {
  await using sandbox = await LocalSandbox.create();
  const meddling = "def f(a, b): return __import__('os')._exit(0)\n";
  const found = await execute(sandbox, [
    { code: sum, inputs: [[1, 2]] },
    { code: meddling, inputs: [[1, 2]] },
  ]);
  assert.deepEqual(found, [{ values: [3] }, { error: "it ended the process" }]);
});

/** Fails so many times before it passes requests on. */
class Flaky implements Sandbox {
  calls = 0;
  constructor(readonly inner: Sandbox, readonly failures: number) {}
  async runCode(request: RunCodeInput): Promise<RunCodeResponse> {
    if (this.calls++ < this.failures) {
      const nothing = {
        compile_result: null,
        run_result: null,
        executor_pod_name: null,
        files: {},
      };
      return { ...nothing, status: "SandboxError", message: "gone for a walk" };
    }
    return await this.inner.runCode(request);
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}

Deno.test("a sandbox that went away is waited for, and given up in the end", async () => {
  await using sandbox = await LocalSandbox.create();
  const said: string[] = [];
  const patience = { attempts: 3, pauseMs: 1, warn: (text: string) => said.push(text) };
  const [outcome] = await new MicroRunner(new Flaky(sandbox, 2), patience).run([{
    code: sum,
    tests,
  }]);
  assert.equal(outcome.passed, true);
  assert.equal(said.length, 2);
  assert.match(said[0], /gone for a walk.*again in/);
  await assert.rejects(
    new MicroRunner(new Flaky(sandbox, 9), patience).run([{ code: sum, tests }]),
    (error) => error instanceof SandboxGone && /after 3 attempts/.test(error.message),
  );
});
