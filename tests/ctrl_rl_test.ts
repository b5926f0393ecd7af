/** `deno task ctrl:rl` on real parts: tasks from a file, a generator behind HTTP, the sandbox, a model that learns. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { loadConfig } from "../trainer/config.ts";
import { ctrlRl } from "../trainer/ctrl/rl.ts";
import { silentReporter } from "../trainer/run/progress.ts";
import { saveModel } from "../gpu/model/mod.ts";
import { newMicroModel } from "../trainer/ctrl/world/tiny_model.ts";
import { microTokenizer } from "../trainer/ctrl/world/tokenizer_files.ts";

/** Writes a right program about every other time, and revises to a right one. */
function generatorServer() {
  let requests = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { messages } = await request.json();
    const right = messages.length > 1 || requests++ % 2 === 0;
    const code = `def double(x):\n    return ${right ? "2 * x" : "x"}`;
    const content = "```python\n" + code + "\n```";
    return Response.json({ choices: [{ message: { role: "assistant", content } }] });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("a critic is trained on tasks, and the run is gone on with", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(join(folder, "model"));
  await saveModel(join(folder, "model"), newMicroModel(1, "critic"));
  await microTokenizer("critic").save(join(folder, "model"));
  const task = (id: number) =>
    JSON.stringify({
      task_id: `t${id}`,
      problem: `Write double(x), please. (${id})`,
      tests: JSON.stringify(["assert double(2) == 4", "assert double(0) == 0"]),
      time_limit: "2 seconds",
    });
  await Deno.writeTextFile(join(folder, "tasks.jsonl"), [task(1), task(2)].join("\n"));
  await using generator = generatorServer();
  const run = (steps: number) =>
    ctrlRl({
      reporter: silentReporter(),
      config: loadConfig({
        files: ["configs/ctrl_rl.yaml"],
        overrides: [
          `data.train_files=${folder}/tasks.jsonl`,
          `data.val_files=${folder}/tasks.jsonl`,
          `actor_rollout_ref.model.path=${folder}/model`,
          `ctrl.generator.base_url=${generator.url}`,
          "ctrl.generator.model=scripted",
          "ctrl.solutions=2",
          "ctrl.evaluation.turns=2",
          "data.train_batch_size=4",
          "data.max_prompt_length=200",
          "data.max_response_length=8",
          "actor_rollout_ref.actor.ppo_mini_batch_size=4",
          "actor_rollout_ref.rollout.n=2",
          `trainer.default_local_dir=${folder}/run`,
          `trainer.total_training_steps=${steps}`,
        ],
      }),
    });
  const first = await run(1);
  assert.equal(first.steps, 1);
  // What is held out: one right and one wrong solution, or two right ones; every revision is right.
  assert.equal(first["pass@1"].rl, 1);
  assert.equal(first.delta_down, 0);
  assert.equal(first.turns.length, 2);
  const lines = (await Deno.readTextFile(join(folder, "run", "metrics.jsonl"))).trim().split("\n");
  const metrics = JSON.parse(lines[1]);
  assert.equal(metrics["ctrl/solutions"], 4);
  assert.equal(metrics["ctrl/passed"], 1);
  // Eight random tokens hold no judgment: a passing revision earns its critique nothing.
  assert.equal(metrics["ctrl/no_judgment"], 1);
  assert.equal(metrics["critic/rewards/mean"], 0);
  assert.ok(metrics["ctrl/remembered"] > 0);
  const second = await run(2);
  assert.equal(second.steps, 2);
});
