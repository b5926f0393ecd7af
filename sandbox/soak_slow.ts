/**
 * 20,000 programs, one in ten hostile, 16 at once: none is lost or answered twice, memory stays flat, and neither a
 * process nor a file is left. `SOAK_PROGRAMS` makes it shorter.
 */

import assert from "node:assert/strict";
import { escapes } from "./hostile/escape.ts";
import { exhausting } from "./hostile/exhaust.ts";
import { poisoning } from "./hostile/poison.ts";
import { LocalSandbox } from "./local.ts";

const PROGRAMS = Number(Deno.env.get("SOAK_PROGRAMS") ?? 20_000);
const CONCURRENCY = 16;
/** After these the pool is full and the heap has its size. */
const WARM_UP = PROGRAMS / 5;

const hostile = [...escapes, ...exhausting, ...poisoning].filter(({ processes }) => !processes);

/** Bytes in memory, after the garbage of the moment was collected as far as that can be asked for. */
async function resident(): Promise<number> {
  (globalThis as { gc?: () => void }).gc?.();
  await new Promise((resolve) => setTimeout(resolve, 500));
  return Deno.memoryUsage().rss;
}

function children(): number {
  const task = `/proc/self/task/${Deno.pid}/children`;
  return Deno.readTextFileSync(task).split(" ").filter(Boolean).length;
}

function leftFiles(): string[] {
  return [...Deno.readDirSync("/tmp")].map(({ name }) => name)
    .filter((name) => name.startsWith("emend-sandbox-")).sort();
}

Deno.test(`${PROGRAMS} programs, one in ten hostile`, async () => {
  const before = { files: leftFiles(), children: children() };
  const sandbox = await LocalSandbox.create({ concurrency: CONCURRENCY });
  const answered = new Uint8Array(PROGRAMS);
  let next = 0, warm = 0, peak = 0;
  const start = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, async () => {
    while (next < PROGRAMS) {
      const i = next++;
      if (i % 10 === 9) {
        const { code, request } = hostile[Math.floor(i / 10) % hostile.length];
        const limits = { memory_limit_MB: 200, run_timeout: 1 };
        const answer = await sandbox.runCode({ code, language: "python", ...request, ...limits });
        assert.notEqual(answer.status, "SandboxError", answer.message);
      } else {
        const code = `print(${i}, input())`;
        const request = { code, language: "python", stdin: `input of ${i}`, run_timeout: 60 };
        const { run_result, message } = await sandbox.runCode(request);
        assert.equal(run_result?.stdout, `${i} input of ${i}\n`, message || run_result?.stderr!);
      }
      answered[i]++;
      if (i === Math.floor(WARM_UP)) warm = await resident();
      if (i > WARM_UP && i % 500 === 0) peak = Math.max(peak, Deno.memoryUsage().rss);
    }
  }));
  const seconds = (performance.now() - start) / 1000;
  const end = await resident();
  await sandbox[Symbol.asyncDispose]();
  console.log(
    `${(PROGRAMS / seconds).toFixed(0)} programs/s; ${
      (warm / 1e6).toFixed(0)
    } MB after ${WARM_UP}, ` +
      `${(peak / 1e6).toFixed(0)} MB at most, ${(end / 1e6).toFixed(0)} MB at the end`,
  );
  assert.ok(answered.every((times) => times === 1));
  assert.ok(end <= 1.1 * warm, `memory grew from ${warm} to ${end} bytes`);
  assert.equal(children(), before.children);
  assert.deepEqual(leftFiles(), before.files);
});
