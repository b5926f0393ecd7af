/** What large models take: a step on half a billion parameters on a CPU, and memory as it was planned. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { Command, into, metricsOf, sleep, temporaryFolder } from "./command_line.ts";
import { qwenFolder } from "./model_folder.ts";

const LINUX = Deno.build.os === "linux";

/** The sizes of Qwen2.5-0.5B; the weights are random. */
const HALF_BILLION = {
  hidden_size: 896,
  intermediate_size: 4864,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
};

/** What a process held in memory at most, in gigabytes. */
function peakOf(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1.024e-6;
}

async function problems(folder: string): Promise<string> {
  const path = join(folder, "train.jsonl");
  const rows = Array.from({ length: 4 }, (_, i) => ({
    prompt: `What is ${i} + ${i}?`,
    ground_truth: `${2 * i}`,
  }));
  await Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  return path;
}

/** The plan's last line, in gigabytes. */
function plannedFor(stdout: string): number {
  const [, size, unit] = /([\d.]+) (GB|MB) {2}together/.exec(stdout)!;
  return Number(size) / (unit === "GB" ? 1 : 1000);
}

/** Trains, and tells the seconds, the memory at most, what was planned, and the metrics. */
async function trained(sizes: object, settings: readonly string[]) {
  await using folder = await temporaryFolder();
  const model = await qwenFolder(join(folder.path, "model"), sizes);
  const started = performance.now();
  const command = new Command([
    `data.train_files=${await problems(folder.path)}`,
    "data.val_files=[]",
    "data.train_batch_size=2",
    "data.max_prompt_length=64",
    `actor_rollout_ref.model.path=${model}`,
    "actor_rollout_ref.actor.ppo_mini_batch_size=2",
    "actor_rollout_ref.actor.optim.lr=1e-4",
    "actor_rollout_ref.rollout.n=4",
    "actor_rollout_ref.rollout.max_refinements_per_prompt=1",
    "actor_rollout_ref.rollout.critique.max_tokens=64",
    ...settings,
    into(join(folder.path, "run")),
  ]);
  let peak = 0, over = false;
  const ended = command.ended.finally(() => over = true);
  for (; !over; await sleep(200)) {
    try {
      peak = Math.max(peak, peakOf(command.pid));
    } catch {
      break; // It has ended.
    }
  }
  const { code, stdout, stderr } = await ended;
  console.log(stdout);
  assert.equal(code, 0, stderr);
  const metrics = Object.assign({}, ...await metricsOf(join(folder.path, "run")));
  assert.ok(metrics["actor/grad_norm"] > 0);
  const seconds = (performance.now() - started) / 1000;
  const planned = plannedFor(stdout);
  console.log(
    `${seconds.toFixed(0)} s, ${metrics["timing_s/step"].toFixed(0)} of them in the last step; ` +
      `peak ${peak.toFixed(2)} GB, planned ${planned.toFixed(2)} GB`,
  );
  return { peak, planned };
}

const LORA = "actor_rollout_ref.model.lora_rank=16";
const CHECKPOINTING = "actor_rollout_ref.model.enable_gradient_checkpointing=true";

const where = LINUX ? "" : " (skipped: no /proc here)";

Deno.test({
  name: "half a billion parameters: one step with LoRA inside 16 GB" + where,
  ignore: !LINUX,
  async fn() {
    const { peak, planned } = await trained(HALF_BILLION, [
      LORA,
      CHECKPOINTING,
      "data.max_response_length=64",
      "actor_rollout_ref.rollout.max_refinement_length=64",
      "trainer.total_training_steps=1",
    ]);
    assert.ok(peak <= 16);
    assert.ok(Math.abs(planned / peak - 1) <= 0.1, `${planned / peak}`);
  },
});

for (
  const [name, settings] of Object.entries({
    "whole graph": [],
    "checkpointing": [CHECKPOINTING],
    "LoRA, checkpointing": [LORA, CHECKPOINTING],
  })
) {
  Deno.test({
    name: `the memory plan is right within 10%: ${name}${where}`,
    ignore: !LINUX,
    async fn() {
      const sizes = { hidden_size: 256, intermediate_size: 1024, num_hidden_layers: 4 };
      const { peak, planned } = await trained(sizes, [
        ...settings,
        "data.max_response_length=96",
        "actor_rollout_ref.rollout.max_refinement_length=96",
        "trainer.total_training_steps=2",
      ]);
      assert.ok(Math.abs(planned / peak - 1) <= 0.1, `${planned / peak}`);
    },
  });
}
