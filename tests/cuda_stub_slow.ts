/**
 * ONNX Runtime's own CUDA provider, without a GPU: beside a CUDA that does nothing it places every operator, plans, runs
 * and captures as it would. Only the numbers are missing. It takes `deno task gpu:setup`, a C compiler and nm.
 */

import assert from "node:assert/strict";
import { findLibraries } from "../gpu/cuda/libraries.ts";
import { join } from "node:path";
import { temporaryFolder } from "./command_line.ts";
import { stubbed } from "./cuda_stub/stub.ts";
import { endMemoryRun, SHORT, SIZES, startMemoryRun, WAYS } from "./memory_run.ts";

const libraries = findLibraries();
const has = (command: string) => {
  try {
    return new Deno.Command(command, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
};
const why = !libraries
  ? " (skipped: no ONNX Runtime with CUDA; deno task gpu:setup)"
  : ["cc", "nm"].every(has)
  ? ""
  : " (skipped: it takes cc and nm)";
if (why) console.log(`ONNX Runtime's CUDA provider: not tried${why}`);

async function deno(onnxruntime: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { EMEND_ONNXRUNTIME: onnxruntime, EMEND_CUDA: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert.equal(code, 0, text(stderr) + text(stdout));
  return { stdout: text(stdout), stderr: text(stderr) };
}

const path = (file: string) => new URL(file, import.meta.url).pathname;

Deno.test({
  name: `the real CUDA provider takes every graph, and captures every step${why}`,
  ignore: why !== "",
  async fn() {
    await using folder = await temporaryFolder();
    const onnxruntime = await stubbed(libraries!, folder.path);
    const copies = "on CUDA no graph copies to the host and back";
    const { stdout } = await deno(
      onnxruntime,
      "test",
      "-A",
      "--filter",
      copies,
      path("cuda_graphs_test.ts"),
    );
    assert.match(stdout, /1 passed/);

    for (const headSize of [8, 16, 64]) {
      const work = ["run", "-A", path("cuda_stub/work.ts"), `${headSize}`];
      const worked = await deno(onnxruntime, ...work);
      assert.deepEqual(worked.stdout.trim().split("\n"), [
        ...Array(3).fill("drew 104 tokens"),
        ...Array(2).fill("updated"),
      ]);
      assert.doesNotMatch(worked.stderr, /Without a CUDA graph|refused while capturing/);
      const count = (what: string) => worked.stderr.split(`stub: ${what}\n`).length - 1;
      // Three kinds of drawing, each with batches of 8, 6, 4, 3, 2 and 1.
      console.log(`${count("captured")} captured, ${count("replayed")} replayed`);
      assert.equal(count("captured"), 18);
      assert.ok(count("replayed") > 18);
    }
  },
});

for (const [name, settings] of Object.entries(WAYS)) {
  Deno.test({
    name: `the memory plan for a GPU is within 10% of what is asked of it: ${name}${why}`,
    ignore: why !== "",
    async fn() {
      await using folder = await temporaryFolder();
      const onnxruntime = await stubbed(libraries!, folder.path);
      const most = join(folder.path, "most");
      const env = { EMEND_ONNXRUNTIME: onnxruntime, EMEND_STUB_MOST: most };
      const all = [...settings, ...SHORT, "trainer.device=cuda:0"];
      const command = await startMemoryRun(folder.path, SIZES, all, { task: "train:gpu", env });
      const { planned } = await endMemoryRun(folder.path, command);
      const peak = Number(new BigUint64Array(Deno.readFileSync(most).buffer)[0]) / 1e9;
      console.log(`${peak.toFixed(2)} GB, planned ${planned.toFixed(2)}`);
      assert.ok(Math.abs(planned / peak - 1) <= 0.1, `${planned / peak}`);
    },
  });
}
