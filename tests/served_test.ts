/** Training while servers generate: Emend on both sides, with vLLM's and SGLang's API between them. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SafetensorsFile } from "../gpu/model/mod.ts";
import { loadConfig } from "../trainer/config.ts";
import { StepAbandoned } from "../trainer/method.ts";
import { silentReporter } from "../trainer/run/progress.ts";
import { train } from "../trainer/train.ts";
import { into, metricsOf, SMALL, temporaryFolder } from "./command_line.ts";
import { EngineServer } from "./engine_server.ts";
import { EVEN } from "./even_reward.ts";
import { builtinFolder } from "./model_folder.ts";

const STEPS = 3;
const rollout = (key: string) => `actor_rollout_ref.rollout.${key}`;

/** A run of a few steps; what it warned of. */
async function trained(folder: string, ...settings: string[]): Promise<string[]> {
  const [file, ...overrides] = SMALL;
  const config = loadConfig({
    files: [file],
    overrides: [
      ...overrides,
      `trainer.total_training_steps=${STEPS}`,
      "trainer.test_freq=-1",
      "data.val_max_samples=3",
      "warmup.steps=2",
      "actor_rollout_ref.actor.ppo_mini_batch_size=2", // two updates a step
      into(folder),
      ...settings,
    ],
  });
  const warned: string[] = [];
  const reporter = silentReporter();
  reporter.warn = (text) => warned.push(text);
  await train({ config, reporter, reward: EVEN });
  return warned;
}

function weightsOf(folder: string, step = STEPS): Map<string, Float32Array> {
  const path = join(folder, "checkpoints", `step-00000${step}`, "model.safetensors");
  using file = new SafetensorsFile(path);
  return new Map([...file.entries].map(([name, { shape }]) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    file.read(name, data);
    return [name, data];
  }));
}

/** The largest difference of two models' weights. */
function difference(a: Map<string, Float32Array>, b: Map<string, Float32Array>): number {
  let worst = 0;
  for (const [name, x] of a) {
    const y = b.get(name)!;
    for (let i = 0; i < x.length; i++) worst = Math.max(worst, Math.abs(x[i] - y[i]));
  }
  return worst;
}

async function textsOf(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const file = await Deno.readTextFile(join(folder, "rollouts", `step-00000${step}.jsonl`));
    for (const line of file.trimEnd().split("\n")) {
      const { rollouts, refinements } = JSON.parse(line);
      texts.push(...[...rollouts, ...refinements].map(({ text }) => text));
    }
  }
  return texts;
}

const folders = await temporaryFolder();
Deno.test.afterAll(async () => await folders[Symbol.asyncDispose]());
const local = join(folders.path, "local"), base = await builtinFolder(join(folders.path, "base"));
await trained(local);

Deno.test("without importance weights, a served run is the local one, bit for bit", async () => {
  await using server = await EngineServer.start("sglang", base);
  const folder = join(folders.path, "same");
  const off = "algorithm.rollout_correction.rollout_is=off";
  assert.deepEqual(await trained(folder, ...EngineServer.settings(server), off), []);
  assert.deepEqual(await textsOf(folder), await textsOf(local));
  assert.equal(difference(weightsOf(folder), weightsOf(local)), 0);
  // Once for each policy that was asked: at the start, after each update, for the last validation.
  assert.equal(server.count("/update_weights_from_disk"), STEPS + 1);
  assert.deepEqual([...Deno.readDirSync(join(folder, "weights"))].length, 1);
});

Deno.test("with them, between two equal engines, it differs by rounding", async () => {
  await using server = await EngineServer.start("sglang", base);
  const folder = join(folders.path, "weighted");
  await trained(folder, ...EngineServer.settings(server));
  assert.deepEqual(await textsOf(folder), await textsOf(local));
  const apart = difference(weightsOf(folder), weightsOf(local));
  const learned = difference(weightsOf(local, 0), weightsOf(local));
  console.log(`weights: ${apart} apart, ${learned} learned`);
  assert.ok(apart < 0.01 * learned);
  for (const metrics of (await metricsOf(folder)).slice(1)) {
    assert.ok(Math.abs(metrics["rollout_corr/rollout_is_mean"]! - 1) < 1e-4);
    assert.ok(metrics["training/rollout_probs_diff_mean"]! < 1e-4);
    assert.ok(metrics["rollout/sync_logprob_diff"]! < 1e-4);
  }
});

Deno.test("two servers, one of which dies in a batch and comes back with its first weights", async () => {
  await using one = await EngineServer.start("vllm", base);
  await using two = await EngineServer.start("vllm", base);
  const folder = join(folders.path, "death");
  let died: Promise<void> | undefined;
  two.traps.before = (_, body) => {
    // The first rollouts of the second step: a probe asks for less.
    if (died || body?.n !== 4 || two.count("/collective_rpc") < 2) return;
    // Deno's fetch connects anew by itself; no server is back before it has tried.
    died = two.die().then(() => delay(300)).then(() => two.listen());
    return "stall";
  };
  const warned = await trained(
    folder,
    ...EngineServer.settings(one, two),
    rollout("server.concurrency=1"),
  );
  assert.ok(died, "it never died");
  assert.match(warned[0], /Cannot reach http:.*\. Its requests go to the others/);
  assert.equal((await metricsOf(folder)).length, STEPS + 1);
  for (const metrics of (await metricsOf(folder)).slice(1)) {
    // Whoever answered had the policy's weights.
    assert.ok(metrics["training/rollout_probs_diff_mean"]! < 1e-4);
  }
  const repeated = (await metricsOf(folder)).map((m) => m["rollout/requests_repeated"] ?? 0);
  assert.ok(repeated.some((n) => n > 0));
});

/** Runs to the stop that a trap brings about in the third step; then, without the trap, to the end. */
async function stops(
  name: string,
  server: EngineServer,
  spring: () => void,
  told: RegExp,
  ...settings: string[]
): Promise<void> {
  const folder = join(folders.path, name);
  const load = server.kind === "vllm" ? "/collective_rpc" : "/update_weights_from_disk";
  server.traps.before = (path) => {
    if (path === load && server.count(load) === 3) spring();
  };
  const all = [...EngineServer.settings(server), ...settings];
  await assert.rejects(
    trained(folder, ...all),
    (error) => error instanceof StepAbandoned && told.test(error.message),
  );
  assert.equal(await Deno.readTextFile(join(folder, "latest")), "step-000002\n");
  server.traps = {};
  await trained(folder, ...all);
  assert.deepEqual((await metricsOf(folder)).map(({ step }) => step), [0, 1, 2, 3]);
}

Deno.test("a server that answers 200 and serves a mixed model stops the run, which can go on", async () => {
  await using server = await EngineServer.start("vllm", base);
  await stops(
    "mixed",
    server,
    () => server.traps.loads = "mixed",
    /^http:\S+ does not serve the policy\. Of 16 tokens .* differ from the trainer's by \d\.\d+ on average .* of one it says -\d.*, the trainer -\d.*Likely causes: its head is tied/,
    // So that a step changes the embeddings by more than the tolerance sees.
    "actor_rollout_ref.actor.optim.lr=0.05",
  );
});

Deno.test("so does a prefix cache that stays", async () => {
  await using server = await EngineServer.start("sglang", base);
  await stops(
    "cache",
    server,
    () => server.traps.keepsCache = true,
    /does not serve the policy\. .*it kept its prefix cache/,
    "actor_rollout_ref.actor.optim.lr=0.05",
  );
});

const LORA = [
  `actor_rollout_ref.model.path=${base}`,
  "actor_rollout_ref.model.lora_rank=4",
  "actor_rollout_ref.actor.optim.lr=0.01",
];

Deno.test("an adapter goes to vLLM by name, each version by a new one", async () => {
  await using server = await EngineServer.start("vllm", base);
  const folder = join(folders.path, "adapter");
  assert.deepEqual(await trained(folder, ...EngineServer.settings(server), ...LORA), []);
  for (const metrics of (await metricsOf(folder)).slice(1)) {
    assert.ok(metrics["training/rollout_probs_diff_max"]! < 1e-4);
  }
  assert.equal(server.count("/v1/load_lora_adapter"), STEPS + 1);
  assert.equal(server.count("/v1/unload_lora_adapter"), STEPS);
  assert.equal(server.count("/collective_rpc"), 0);
  const names = server.asked.filter(({ path }) => path === "/v1/load_lora_adapter")
    .map(({ body }) => body.lora_name);
  assert.equal(new Set(names).size, STEPS + 1);
});

Deno.test("an adapter goes to SGLang merged, and the run is the local one but for rounding", async () => {
  const [alone, folder] = ["lora-local", "lora-served"].map((name) => join(folders.path, name));
  await trained(alone, ...LORA);
  await using server = await EngineServer.start("sglang", base);
  assert.deepEqual(await trained(folder, ...EngineServer.settings(server), ...LORA), []);
  assert.deepEqual(await textsOf(folder), await textsOf(alone));
  const apart = difference(weightsOf(folder), weightsOf(alone));
  assert.ok(apart < 0.01 * difference(weightsOf(alone, 0), weightsOf(alone)), `${apart}`);
});

Deno.test("stalls, half answers and rubbish are asked again, and nothing of them is learned", async () => {
  await using server = await EngineServer.start("sglang", base);
  const folder = join(folders.path, "rubbish");
  let asked = 0;
  server.traps.before = (_, body) => {
    if (body?.input_ids?.length !== 4) return;
    switch (++asked) {
      case 1:
        return "stall";
      case 3:
        return "half closed";
      case 5:
        return Response.json(
          Array(4).fill({
            meta_info: {
              output_token_logprobs: [[-1, 10 ** 9, null]],
              finish_reason: { type: "length" },
            },
          }),
        );
    }
  };
  const warned = await trained(
    folder,
    ...EngineServer.settings(server),
    rollout("server.concurrency=1"),
    rollout("server.timeout_s=4"),
    "algorithm.rollout_correction.rollout_is=off",
  );
  const faults = warned.filter((text) => /Waiting for it/.test(text));
  assert.equal(faults.length, 3, warned.join("\n"));
  assert.match(faults[0], /no answer within 4 s/);
  assert.match(faults[2], /token 1000000000, which is no id below/);
  assert.equal(difference(weightsOf(folder), weightsOf(local)), 0);
});

Deno.test("a server that loads nothing is noticed where the change is below the tolerance", async () => {
  await using server = await EngineServer.start("vllm", base);
  server.traps.before = (path) => {
    if (path === "/collective_rpc" && server.count(path) === 2) server.traps.loads = "nothing";
  };
  const warned = await trained(
    join(folders.path, "nothing"),
    ...EngineServer.settings(server),
    "actor_rollout_ref.actor.optim.lr=1e-5",
  );
  assert.match(warned[0], /draws what it drew before the last update, to the last digit/);
});

Deno.test("raw log-probabilities are noticed before the first step", async () => {
  await using server = await EngineServer.start("vllm", base, { raw: true });
  await assert.rejects(
    trained(
      join(folders.path, "raw"),
      ...EngineServer.settings(server),
      rollout("temperature=0.6"),
    ),
    /before the temperature of 0\.6 \(start vLLM with --logprobs-mode processed_logprobs\)/,
  );
});

Deno.test("no server left: the run waits, saves, stops, and can go on", async () => {
  await using server = await EngineServer.start("vllm", base);
  await stops(
    "gone",
    server,
    () => server.traps.before = () => Response.json({ error: "out of memory" }, { status: 500 }),
    /^No inference server answers, for 0\.5 s .*HTTP 500: \{"error":"out of memory"\}\. What was learned so far is saved/,
    rollout("server.patience_s=0.5"),
  );
});

Deno.test("no server at all: an error before the first step", async () => {
  const settings = [rollout("name=vllm"), rollout("server.endpoints=http://127.0.0.1:9")];
  await assert.rejects(
    trained(join(folders.path, "none"), ...settings),
    /None of the inference servers is there: Cannot reach http:\/\/127\.0\.0\.1:9\/health/,
  );
});
