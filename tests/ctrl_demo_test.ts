/** `deno task ctrl` in small: every stage runs, the summary has its keys, a killed run ends as one that was not. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { loadConfig } from "../trainer/config.ts";
import { ctrlDemo } from "../trainer/ctrl/demo.ts";
import { silentReporter } from "../trainer/run/progress.ts";

const run = (folder: string, steps: number) =>
  ctrlDemo({
    reporter: silentReporter(),
    config: loadConfig({
      files: ["configs/ctrl_quick.yaml"],
      overrides: [
        `trainer.default_local_dir=${folder}`,
        `trainer.total_training_steps=${steps}`,
        "trainer.seed=3",
        "trainer.save_freq=1",
        "data.train_batch_size=4",
        "actor_rollout_ref.actor.ppo_mini_batch_size=2",
        "actor_rollout_ref.rollout.n=2",
        "ctrl.world.generator_steps=2",
        "ctrl.world.critic_steps=2",
        "ctrl.world.rows=8",
        "ctrl.world.held_out=20",
      ],
    }),
  });

Deno.test("all stages run, and a run that stopped after a step ends with the same weights", async () => {
  const whole = await Deno.makeTempDir(), part = await Deno.makeTempDir();
  const result = await run(whole, 2);
  assert.ok(result.finished);
  const summary = JSON.parse(await Deno.readTextFile(join(whole, "summary.json")));
  assert.deepEqual(Object.keys(summary), [
    "method",
    "seed",
    "steps",
    "seconds",
    "pass@1",
    "delta_up",
    "delta_down",
    "turns",
  ]);
  assert.equal(summary.method, "ctrl");
  assert.deepEqual(Object.keys(summary["pass@1"]), ["initial", "sft", "rl"]);
  assert.equal(summary.turns.length, 3);
  assert.ok(summary["pass@1"].initial > 0 && summary["pass@1"].initial < 1);

  await run(part, 1);
  await run(part, 2);
  const weights = (folder: string) =>
    Deno.readFile(join(folder, "checkpoints", "step-000002", "model.safetensors"));
  assert.deepEqual(await weights(part), await weights(whole));
});
