/** A run that trains an adapter: what its checkpoints hold, and that it can be gone on with. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { loadAdapter, loadModel, type Model, SafetensorsFile } from "../gpu/model/mod.ts";
import { into, metricsOf, run, temporaryFolder } from "./command_line.ts";
import { builtinFolder } from "./model_folder.ts";

/** Four steps on a random model: an entropy bonus and a KL term leave no gradient at zero. */
async function prepare(folder: string): Promise<string[]> {
  const data = join(folder, "train.jsonl");
  const rows = Array.from({ length: 8 }, (_, i) => ({
    prompt: `${i} plus 1`,
    ground_truth: `${i + 1}`,
  }));
  await Deno.writeTextFile(data, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  const model = await builtinFolder(join(folder, "model"));
  return [
    `data.train_files=${data}`,
    "data.val_files=[]",
    `actor_rollout_ref.model.path=${model}`,
    "actor_rollout_ref.model.lora_rank=4",
    "actor_rollout_ref.model.lora_alpha=8",
    "actor_rollout_ref.actor.use_kl_loss=true",
    "actor_rollout_ref.actor.optim.lr=1e-2",
    "data.max_prompt_length=64",
    "data.max_response_length=16",
    "actor_rollout_ref.rollout.n=4",
    "actor_rollout_ref.rollout.max_refinement_length=16",
    "data.train_batch_size=4",
    "actor_rollout_ref.actor.ppo_mini_batch_size=4",
    "actor_rollout_ref.rollout.critique.max_tokens=32",
    "trainer.threads=1",
    "trainer.save_freq=2",
  ];
}

/** Every byte of a checkpoint's tensors. */
function tensorsOf(checkpoint: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    ["model", "adapter/adapter_model", ...["m", "v", "reference"].map((s) => `trainer_state.${s}`)]
      .map((stem) => [stem, Deno.readFileSync(join(checkpoint, `${stem}.safetensors`))]),
  );
}

/** W + alpha/rank · B·A for one matrix. */
function merged({ weights, adapter }: Model, module: string): number[] {
  const at = `base_model.model.${module}`;
  const tensors = adapter!.weights.tensors();
  const a = tensors.get(`${at}.lora_A.weight`)!, b = tensors.get(`${at}.lora_B.weight`)!;
  const base = weights.tensors().get(`${module}.weight`)!;
  const [rank, width] = a.shape;
  return [...base.data].map((w, i) => {
    let sum = 0;
    for (let r = 0; r < rank; r++) {
      sum += b.data[Math.floor(i / width) * rank + r] * a.data[r * width + i % width];
    }
    return w + adapter!.settings.alpha / rank * sum;
  });
}

Deno.test("an adapter's run: merged model and adapter in each checkpoint, resumed bit for bit", async () => {
  await using folder = await temporaryFolder();
  const args = await prepare(folder.path);
  const at = (name: string, steps: number) =>
    run([...args, `trainer.total_training_steps=${steps}`, into(join(folder.path, name))]);
  const whole = await at("whole", 4);
  assert.equal(whole.code, 0, whole.stderr);
  for (const steps of [2, 4]) {
    const part = await at("parts", steps);
    assert.equal(part.code, 0, part.stderr);
  }
  const [last, again] = ["whole", "parts"].map((name) =>
    join(folder.path, name, "checkpoints", "step-000004")
  );
  assert.deepEqual(tensorsOf(again), tensorsOf(last));
  const norms = (await metricsOf(join(folder.path, "whole"))).flatMap((m) =>
    m["actor/grad_norm"] ?? []
  );
  assert.ok(norms.length === 4 && norms.every((norm) => Number(norm) > 0), norms.join());

  const base = loadModel(join(folder.path, "model"));
  const adapter = loadAdapter(join(last, "adapter"), base.config);
  assert.equal(adapter.base, join(folder.path, "model"));
  const model = { ...base, adapter };
  const saved = loadModel(last).weights.tensors();
  for (const module of ["self_attn.k_proj", "mlp.down_proj"].map((m) => `model.layers.1.${m}`)) {
    const { data } = saved.get(`${module}.weight`)!, wanted = merged(model, module);
    assert.ok(data.some((x, i) => x !== base.weights.tensors().get(`${module}.weight`)!.data[i]));
    assert.ok(data.every((x, i) => Math.abs(x - wanted[i]) <= 1e-6), module);
  }
  using moments = new SafetensorsFile(join(last, "trainer_state.m.safetensors"));
  assert.deepEqual([...moments.entries.keys()], [...adapter.weights.tensors().keys()]);

  const other = await run([
    ...args,
    "actor_rollout_ref.model.lora_rank=2",
    "trainer.total_training_steps=5",
    into(join(folder.path, "parts")),
  ]);
  assert.match(
    other.stderr,
    /holds an adapter of rank 4, alpha 8, q_proj .*, not of rank 2.*Set actor_rollout_ref\.model\.lora_rank/,
  );
  await builtinFolder(join(folder.path, "model"), {
    weights: (weights) => weights.tensors().get("model.norm.weight")!.data.fill(0.5),
  });
  const moved = await at("parts", 5);
  assert.match(
    moved.stderr,
    /is not the one that .* was trained from: model\.norm\.weight differs/,
  );
});
