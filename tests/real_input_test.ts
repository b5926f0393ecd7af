/** Real problems, a real tokenizer, a real chat template; only the model knows nothing. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ended, into, metricsOf, run, temporaryFolder } from "./command_line.ts";
import { CritiqueServer } from "./critique_server.ts";
import { qwenFolder } from "./model_folder.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const RECIPE = path("../configs/critique_grpo.yaml");
const VALIDATION = path("../../shared/data/math/critique_grpo_val.parquet");
const GSM8K = path("../../shared/data/math/gsm8k_test.jsonl");

/** The recipe's own settings, but for sizes. */
const sized = (model: string, data: string): string[] => [
  RECIPE,
  `data.train_files=${data}`,
  `data.val_files=${data}`,
  `actor_rollout_ref.model.path=${model}`,
  "data.train_batch_size=2",
  "data.max_response_length=16",
  "data.val_max_samples=4",
  "actor_rollout_ref.actor.ppo_mini_batch_size=2",
  "actor_rollout_ref.rollout.n=2",
  "actor_rollout_ref.rollout.max_refinement_length=16",
  "trainer.total_training_steps=2",
  "trainer.save_freq=1",
  "trainer.threads=1",
];

async function succeeds(args: readonly string[]): Promise<Ended> {
  const ended = await run(args);
  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  return ended;
}

const model = await temporaryFolder();
const wanted = [VALIDATION, GSM8K].some(existsSync);
if (wanted) await qwenFolder(model.path);
Deno.test.afterAll(async () => await model[Symbol.asyncDispose]());

function test(name: string, file: string, run: (folder: string) => Promise<void>): void {
  const there = existsSync(file);
  Deno.test({
    name: there ? name : `${name} (skipped: ${file} is not here)`,
    ignore: !there,
    async fn() {
      await using folder = await temporaryFolder();
      await run(folder.path);
    },
  });
}

test(
  "the recipe on the authors' problems: trains, validates, saves, goes on",
  VALIDATION,
  async (folder) => {
    const args = [...sized(model.path, VALIDATION), into(join(folder, "first"))];
    const { stdout } = await succeeds(args);
    assert.match(stdout, /2019 training problems make 1009 batches of 2; each epoch leaves 1 out/);
    const metrics = await metricsOf(join(folder, "first"));
    assert.deepEqual(metrics.map((m) => m.step), [0, 1, 2]);
    assert.deepEqual(metrics.map((m) => m["val-core/n"]), [4, undefined, 4]);
    assert.ok(metrics.slice(1).every((m) => m["actor/updates"] === 1 && m["actor/grad_norm"]! > 0));

    const more = await succeeds([...args, "trainer.total_training_steps=3"]);
    assert.match(more.stdout, /Going on from step 2 /);
    assert.deepEqual((await metricsOf(join(folder, "first"))).map((m) => m.step), [0, 1, 2, 3]);

    // A checkpoint is a model's folder.
    const checkpoint = join(folder, "first", "checkpoints", "step-000003");
    const second = [...sized(checkpoint, VALIDATION), into(join(folder, "second"))];
    const again = await succeeds([...second, "trainer.total_training_steps=1"]);
    assert.match(again.stdout, /^step 1\/1/m);
  },
);

test("GSM8K: two updates a step, a KL term, critiques by a model", GSM8K, async (folder) => {
  await using server = new CritiqueServer();
  const args = [
    ...sized(model.path, GSM8K),
    ...server.settings,
    "data.prompt_key=question",
    "data.ground_truth_key=answer",
    "data.val_max_samples=1",
    "actor_rollout_ref.actor.ppo_mini_batch_size=1",
    "actor_rollout_ref.actor.use_kl_loss=true",
    "actor_rollout_ref.actor.optim.lr=1e-3", // 1e-6 moves nothing that float32 would show in a step
    into(folder),
  ];
  await succeeds(args);
  const [, first, second] = await metricsOf(folder);
  assert.deepEqual([first["actor/updates"], second["actor/updates"]], [2, 2]);
  assert.deepEqual([first["critique/calls"], first["critique/fallbacks"]], [4, 0]);
  assert.ok(second["actor/kl_loss"]! > 0, "the policy has moved away from its reference");
  assert.ok(Math.abs(second["actor/ppo_kl"]!) > 0, "the second update's policy is not the old one");

  const rows = (await Deno.readTextFile(join(folder, "rollouts", "step-000001.jsonl"))).trim();
  assert.match(rows, /The sum is wrong in the second step/);

  const more = await succeeds([...args, "trainer.total_training_steps=3"]);
  assert.match(more.stdout, /Going on from step 2 /);
  assert.match(more.stdout, /^step 3\/3/m);
});
