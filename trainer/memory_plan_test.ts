import assert from "node:assert/strict";
import { initializeAdapter, layoutOf } from "../gpu/model/mod.ts";
import { tinyConfig } from "../gpu/model/testing/tiny.ts";
import { isFactor } from "../gpu/model/parameters.ts";
import { loadConfig } from "./config.ts";
import { describePlan, memoryPlan, type PlannedModel } from "./memory_plan.ts";

const decoder = tinyConfig({ hiddenSize: 64, vocabSize: 50_000 });
const model = { config: decoder, weights: { layout: layoutOf(decoder) } };
const settings = { rank: 4, alpha: 4, targets: ["q_proj"] } as const;
const adapted = { ...model, adapter: initializeAdapter(decoder, settings, "", () => 0.5) };

function planned(of: PlannedModel, ...overrides: string[]): { total: number; text: string } {
  const config = loadConfig({
    overrides: ["data.train_files=x.jsonl", "actor_rollout_ref.model.path=m", ...overrides],
  });
  const { actor, rollout } = config.actor_rollout_ref;
  const use = { contextLength: 256, rows: actor.ppo_mini_batch_size * rollout.n };
  const plan = memoryPlan(config, of, use, 1e8);
  const total = plan.reduce((sum, { bytes }) => sum + bytes, 0);
  return { total, text: describePlan(plan, 1e15) };
}

Deno.test("the memory plan: an adapter and checkpointing take less", () => {
  const checkpointing = "actor_rollout_ref.model.enable_gradient_checkpointing=true";
  const whole = planned(model), pieces = planned(model, checkpointing);
  const lora = planned(adapted, checkpointing);
  assert.ok(pieces.total < whole.total && lora.total < pieces.total);
  assert.match(lora.text, /100\.0 MB {2}weights, data, the program/);
  assert.match(lora.text, /AdamW of the adapter/);
  assert.match(pieces.text, /logits in chunks/);
  assert.match(
    planned(model, "actor_rollout_ref.actor.use_kl_loss=true").text,
    /AdamW, reference model/,
  );
});

Deno.test("the memory plan: ranks share the moments and the rollouts", () => {
  const on = (ranks: number) =>
    planned(model, `trainer.device=[${Array(ranks).fill("sidecar").join(", ")}]`);
  const [one, four, eight] = [1, 4, 8].map(on);
  assert.ok(four.total < one.total && eight.total < four.total);
  assert.match(four.text, /gradients, AdamW in 4 shares/);
});

Deno.test("the memory plan: in half precision ranks share the float32 factors, and MPI's sum is not theirs", () => {
  const { layout: { size, blocks } } = model.weights;
  const factors = blocks.filter(({ name }) => isFactor(name))
    .reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
  const on = (...devices: string[]) => {
    const config = loadConfig({
      overrides: ["data.train_files=x.jsonl", `trainer.device=[${devices}]`],
    });
    return memoryPlan(config, model, { rows: 8 }, 0).slice(0, 3).map(({ bytes }) => bytes);
  };
  assert.deepEqual(on("cuda:0"), [4 * size, 2 * factors, 12 * size]);
  assert.deepEqual(on("cuda:0", "cuda:1", "cuda:2", "cuda:3"), [
    4 * (size - factors) + 4 * factors / 4,
    2 * factors,
    4 * size + 8 * size / 4,
  ]);
});

Deno.test("the memory plan: what does not fit is refused with what to change; what is held already fits", () => {
  const plan = [{ name: "already held", bytes: 5e9 }, { name: "activations", bytes: 2e9 }];
  assert.match(describePlan(plan, 2.1e9), /7\.0 GB {2}together/);
  assert.throws(
    () => describePlan(plan, 1.9e9),
    /1\.9 GB available.*activations\n.*together\nThis does not fit\. Set actor_rollout_ref\.model\.enable_gradient_checkpointing=true or actor_rollout_ref\.model\.lora_rank, or lower/s,
  );
});

Deno.test("the memory plan: on a GPU it counts the copy, and halves the cache", () => {
  const gpu = "trainer.device=cuda:0", wide = "actor_rollout_ref.rollout.dtype=float32";
  const half = planned(model, gpu),
    full = planned(model, gpu, wide),
    adapter = planned(adapted, gpu);
  const bytes = (text: string, what: RegExp) => {
    const [, size, unit] = new RegExp(`([\\d.]+) (GB|MB) {2}.*${what.source}`).exec(text)!;
    return Number(size) * (unit === "GB" ? 1e9 : 1e6);
  };
  const copy = /bfloat16 copy of what is multiplied/;
  assert.match(half.text, copy);
  assert.doesNotMatch(full.text, copy);
  assert.doesNotMatch(planned(model).text, copy);
  assert.doesNotMatch(half.text, /the program/);
  const cache = /key-value cache/;
  assert.ok(Math.abs(bytes(half.text, cache) / bytes(full.text, cache) - 0.5) < 0.05);
  assert.ok(bytes(adapter.text, copy) >= bytes(half.text, copy));
});

Deno.test("the memory plan: passes without gradients, and the head's gradient beside the others", () => {
  const item = (of: PlannedModel, what: RegExp, ...overrides: string[]) => {
    const short = [
      "data.train_batch_size=64",
      "data.max_prompt_length=64",
      "data.max_response_length=64",
    ];
    const line = planned(of, ...short, ...overrides).text.split("\n").find((line) =>
      what.test(line)
    );
    const [, size, unit] = /([\d.]+) (GB|MB)/.exec(line ?? "0 MB")!;
    return Number(size) * (unit === "GB" ? 1e9 : 1e6);
  };
  const checkpointing = "actor_rollout_ref.model.enable_gradient_checkpointing=true";
  const reference = /log-probabilities of the reference model/;
  const kl = "actor_rollout_ref.actor.use_kl_loss=true";
  // 64 MiB of logits, 3.2 times.
  const said = item(model, reference, checkpointing, kl);
  assert.ok(said > 3.2 * 2 ** 26 && said < 4 * 2 ** 26, `${said}`);
  assert.equal(item(model, reference, checkpointing), 0);

  const policy = /log-probabilities of the policy before its updates/;
  const twice = "actor_rollout_ref.actor.ppo_epochs=2";
  assert.ok(item(model, policy, twice) > said);
  assert.equal(item(model, policy), 0);
  assert.equal(item(model, policy, twice, checkpointing), 0); // The same graphs as an update's.

  const chunks = /logits in chunks/;
  const head = item(model, chunks, checkpointing) - item(adapted, chunks, checkpointing);
  assert.ok(Math.abs(head / (50_000 * 64 * 4) - 1) < 0.1, `${head}`);
});

Deno.test("the memory plan: what only learns keeps no cache and no reference", () => {
  const config = loadConfig({
    overrides: ["data.train_files=x.jsonl", "actor_rollout_ref.actor.use_kl_loss=true"],
  });
  const names = memoryPlan(config, model, { rows: 8 }, 1e8).map(({ name }) => name).join();
  assert.doesNotMatch(names, /cache|prefill|decoding|reference/);
  assert.match(describePlan([{ name: "weights", bytes: 5e9 }]), /Memory of the GPU/);
});
