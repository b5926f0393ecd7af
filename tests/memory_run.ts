/** A small run of a model with a large vocabulary, for what it holds in memory beside what was planned. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { Command, into, metricsOf } from "./command_line.ts";
import { qwenFolder } from "./model_folder.ts";

export const LORA = "actor_rollout_ref.model.lora_rank=16";
export const CHECKPOINTING = "actor_rollout_ref.model.enable_gradient_checkpointing=true";

/** A model of 43 million parameters in three ways. */
export const SIZES = { hidden_size: 256, intermediate_size: 1024, num_hidden_layers: 4 };
export const WAYS: Record<string, string[]> = {
  "whole graph": [],
  "checkpointing": [CHECKPOINTING],
  "LoRA, checkpointing": [LORA, CHECKPOINTING],
};
export const SHORT = [
  "data.max_response_length=96",
  "actor_rollout_ref.rollout.max_refinement_length=96",
  "trainer.total_training_steps=2",
];

async function problems(folder: string): Promise<string> {
  const path = join(folder, "train.jsonl");
  const rows = Array.from({ length: 4 }, (_, i) => ({
    prompt: `What is ${i} + ${i}?`,
    ground_truth: `${2 * i}`,
  }));
  await Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  return path;
}

/** Starts a run in a folder. */
export async function startMemoryRun(
  folder: string,
  sizes: object,
  settings: readonly string[],
  options: ConstructorParameters<typeof Command>[1] = {},
): Promise<Command> {
  const model = await qwenFolder(join(folder, "model"), sizes);
  return new Command([
    `data.train_files=${await problems(folder)}`,
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
    into(join(folder, "run")),
  ], options);
}

/** Waits for its end, and tells what was planned, in gigabytes, and the last metrics. */
export async function endMemoryRun(folder: string, command: Command) {
  const { code, stdout, stderr } = await command.ended;
  console.log(stdout);
  assert.equal(code, 0, stderr);
  const [, size, unit] = /([\d.]+) (GB|MB) {2}together/.exec(stdout)!;
  const metrics = Object.assign({}, ...await metricsOf(join(folder, "run")));
  return { planned: Number(size) / (unit === "GB" ? 1 : 1000), metrics };
}
