/** What large models take: a step on half a billion parameters on a CPU, and memory as it was planned. */

import assert from "node:assert/strict";
import { sleep, temporaryFolder } from "./command_line.ts";
import {
  CHECKPOINTING,
  endMemoryRun,
  LORA,
  SHORT,
  SIZES,
  startMemoryRun,
  WAYS,
} from "./memory_run.ts";

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

/** Trains, and tells the seconds, the memory at most, what was planned, and the metrics. */
async function trained(sizes: object, settings: readonly string[]) {
  await using folder = await temporaryFolder();
  const started = performance.now();
  const command = await startMemoryRun(folder.path, sizes, settings);
  let peak = 0, over = false;
  const ended = command.ended.finally(() => over = true);
  for (; !over; await sleep(200)) {
    try {
      peak = Math.max(peak, peakOf(command.pid));
    } catch {
      break; // It has ended.
    }
  }
  await ended;
  const { planned, metrics } = await endMemoryRun(folder.path, command);
  assert.ok(metrics["actor/grad_norm"] > 0);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${seconds.toFixed(0)} s, ${metrics["timing_s/step"].toFixed(0)} of them in the last step; ` +
      `peak ${peak.toFixed(2)} GB, planned ${planned.toFixed(2)} GB`,
  );
  return { peak, planned };
}

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

for (const [name, settings] of Object.entries(WAYS)) {
  Deno.test({
    name: `the memory plan is right within 10%: ${name}${where}`,
    ignore: !LINUX,
    async fn() {
      const { peak, planned } = await trained(SIZES, [...settings, ...SHORT]);
      assert.ok(Math.abs(planned / peak - 1) <= 0.1, `${planned / peak}`);
    },
  });
}
