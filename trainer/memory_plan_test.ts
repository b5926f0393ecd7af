import assert from "node:assert/strict";
import { initializeAdapter, layoutOf, type Model } from "../gpu/model/mod.ts";
import { tinyConfig } from "../gpu/model/testing/tiny.ts";
import { loadConfig } from "./config.ts";
import { describePlan, memoryPlan } from "./memory_plan.ts";

const decoder = tinyConfig({ hiddenSize: 64, vocabSize: 50_000 });
/** The plan looks at layouts alone: no weights are needed. */
const model = { config: decoder, weights: { layout: layoutOf(decoder) } } as unknown as Model;
const settings = { rank: 4, alpha: 4, targets: ["q_proj"] } as const;
const adapted = { ...model, adapter: initializeAdapter(decoder, settings, "", () => 0.5) };

function planned(of: Model, ...overrides: string[]): { total: number; text: string } {
  const config = loadConfig({
    overrides: ["data.train_files=x.jsonl", "actor_rollout_ref.model.path=m", ...overrides],
  });
  const plan = memoryPlan(config, of, 256, 1e8);
  const total = plan.reduce((sum, { bytes }) => sum + bytes, 0);
  return { total, text: describePlan(plan, 1e15) };
}

Deno.test("the memory plan: an adapter and checkpointing take less", () => {
  const checkpointing = "actor_rollout_ref.model.enable_gradient_checkpointing=true";
  const whole = planned(model), pieces = planned(model, checkpointing);
  const lora = planned(adapted, checkpointing);
  assert.ok(pieces.total < whole.total && lora.total < pieces.total);
  assert.match(lora.text, /100\.0 MB {2}already held/);
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

Deno.test("the memory plan: what does not fit is refused with what to change; what is held already fits", () => {
  const plan = [{ name: "already held", bytes: 5e9 }, { name: "activations", bytes: 2e9 }];
  assert.match(describePlan(plan, 2.1e9), /7\.0 GB {2}together/);
  assert.throws(
    () => describePlan(plan, 1.9e9),
    /1\.9 GB available.*activations\n.*together\nThis does not fit\. Set actor_rollout_ref\.model\.enable_gradient_checkpointing=true or actor_rollout_ref\.model\.lora_rank, or lower/s,
  );
});
