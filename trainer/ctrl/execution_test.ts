import assert from "node:assert/strict";
import type { RunCodeInput, RunCodeResponse, Sandbox } from "../../sandbox/api.ts";
import { LocalSandbox } from "../../sandbox/local.ts";
import { Execution } from "./execution.ts";
import { SandboxGone } from "./patience.ts";
import type { CodeTask } from "./tasks.ts";

const task: CodeTask = {
  id: "1",
  statement: "Print 1.",
  problem: { kind: "stdio", tests: [{ input: { stdin: "" }, output: { stdout: "1" } }] },
  face: "stdio",
  seconds: 5,
};
const options = { attempts: 4, pauseMs: 1 };

/** A real sandbox that is away for its first requests, or for some programs. */
async function shaky(away: (request: RunCodeInput, n: number) => boolean) {
  const local = await LocalSandbox.create({ concurrency: 2 });
  let n = 0;
  const sandbox: Sandbox = {
    runCode: (request, signal) =>
      away(request, n++)
        ? Promise.resolve(
          { status: "SandboxError", message: "it is away", files: {} } as RunCodeResponse,
        )
        : local.runCode(request, signal),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
  return sandbox;
}

Deno.test("a sandbox that comes back is waited for", async () => {
  await using sandbox = await shaky((_, n) => n < 4);
  const said: string[] = [];
  const execution = new Execution(sandbox, { ...options, warn: (text) => said.push(text) });
  assert.equal((await execution.run(task, "print(1)")).verdict, "Accepted");
  assert.equal(execution.pauses, 3);
  assert.match(said[0], /it is away/);
});

Deno.test("one that stays away ends the work, with a word on going on", async () => {
  await using sandbox = await shaky(() => true);
  const execution = new Execution(sandbox, options);
  await assert.rejects(
    execution.run(task, "print(1)"),
    (error) => error instanceof SandboxGone && /this command again/.test(error.message),
  );
  assert.equal(execution.pauses, 3);
});

Deno.test("a program that only breaks its own run is counted and the work goes on", async () => {
  await using sandbox = await shaky(({ code }) => code === "poison");
  const execution = new Execution(sandbox, options);
  assert.deepEqual(await execution.run(task, "poison"), {
    passed: false,
    verdict: "JudgeError",
    result: null,
  });
  assert.equal(execution.faults, 1);
  assert.deepEqual([await execution.run(task, "  ")].map(({ verdict }) => verdict), ["NoProgram"]);
  assert.equal((await execution.run(task, "print(2)")).verdict, "WrongAnswer");
});
