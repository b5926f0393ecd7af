import assert from "node:assert/strict";
import { join } from "node:path";
import { LocalDevice } from "../../../gpu/local_device.ts";
import { loadConfig } from "../../config.ts";
import { Imitation } from "../../imitation.ts";
import { silentReporter } from "../../run/progress.ts";
import { sft } from "../sft.ts";
import { drawProblem } from "../world/problem.ts";
import { programText } from "../world/program.ts";
import { newMicroModel } from "../world/tiny_model.ts";
import { microTokenizer, microTokenizerFiles } from "../world/tokenizer_files.ts";
import { critiqueText } from "../world/critique.ts";
import { placeModel, saveModel } from "../../../gpu/model/mod.ts";
import { criticMessages } from "../prompts.ts";
import { Random } from "../../seed.ts";
import { loadSft } from "./rows.ts";
import { cosineSchedule } from "./schedule.ts";

Deno.test("the cosine schedule, by hand", () => {
  assert.deepEqual([0, 1].map((step) => cosineSchedule(step, 10, 3)), [0.25, 0.5]);
  assert.equal(cosineSchedule(0, 8, 0), 1);
  assert.ok(Math.abs(cosineSchedule(4, 8, 0) - 0.5) < 1e-12);
  assert.ok(Math.abs(cosineSchedule(2, 8, 0) - (2 + Math.SQRT2) / 4) < 1e-12);
});

Deno.test("the loss is on the response alone: the mean of −log π over its tokens", async () => {
  const device = new LocalDevice({ threads: 1 });
  const model = placeModel(device, newMicroModel(1, "critic"));
  using imitation = new Imitation(device, model, {
    optimizer: {},
    maxLength: 32,
  });
  // All logits are alike where the last norm's weights are 0: −log π is the logarithm of the vocabulary.
  const norm = [...model.weights.tensors()].find(([name]) => name === "model.norm.weight")![1];
  await norm.data.write(new Float32Array(norm.data.length));
  const rows = [{ prompt: [5, 6, 7], response: [8, 9] }, { prompt: [5], response: [6, 7, 1] }];
  const wanted = Math.log(model.config.vocabSize);
  assert.ok(Math.abs(await imitation.evaluate(rows) - wanted) < 1e-5);
  const { loss } = await imitation.update(rows, 0);
  assert.ok(Math.abs(loss - wanted) < 1e-5);
});

async function dataFolder(): Promise<string> {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(join(folder, "model"));
  await saveModel(join(folder, "model"), newMicroModel(1, "critic"));
  for (const [name, bytes] of microTokenizerFiles("critic")) {
    await Deno.writeFile(join(folder, "model", name), bytes);
  }
  const random = new Random(4);
  const lines = Array.from({ length: 24 }, () => {
    const { statement, program } = drawProblem(random, false);
    return JSON.stringify({
      prompt: criticMessages(statement, programText(program)),
      response: critiqueText(program, [], "Correct"),
    });
  });
  lines.push(JSON.stringify({ prompt: "Return twice", response: " " }));
  lines.push(JSON.stringify({ prompt: "Return ".repeat(60), response: "none" }));
  await Deno.writeTextFile(join(folder, "sft.jsonl"), lines.join("\n"));
  return folder;
}

Deno.test("rows: a chat or a text, what does not fit is counted, a missing column says what to set", async () => {
  const folder = await dataFolder(), file = join(folder, "sft.jsonl");
  const tokenizer = microTokenizer("critic");
  const columns = {
    promptKey: ["prompt"],
    responseKey: "response",
    maxPromptLength: 40,
    maxResponseLength: 40,
  };
  const { rows, dropped } = await loadSft([file], columns, tokenizer);
  assert.equal(rows.length, 24);
  assert.deepEqual(dropped, { "empty response": 1, "prompt too long": 1, "response too long": 0 });
  assert.equal(rows[0].response.at(-1), tokenizer.eosIds[0]);
  await assert.rejects(
    loadSft([file], { ...columns, responseKey: "answer" }, tokenizer),
    /column "answer".*line 1.*Set ctrl\.sft\.response_key/,
  );
});

Deno.test("a run learns, saves, and ends with the same weights when it is resumed", async () => {
  const folder = await dataFolder();
  const run = (name: string, steps: number) =>
    sft({
      reporter: silentReporter(),
      config: loadConfig({
        overrides: [
          `data.train_files=${folder}/sft.jsonl`,
          `data.val_files=${folder}/sft.jsonl`,
          `actor_rollout_ref.model.path=${folder}/model`,
          `trainer.default_local_dir=${folder}/${name}`,
          `trainer.total_training_steps=${steps}`,
          "data.train_batch_size=8",
          "data.max_prompt_length=40",
          "data.max_response_length=40",
          "actor_rollout_ref.actor.ppo_mini_batch_size=8",
          "actor_rollout_ref.actor.optim.lr=3e-3",
          "actor_rollout_ref.rollout.n_prefix=0",
          "trainer.threads=1",
          "trainer.save_freq=3",
        ],
      }),
    });
  const whole = await run("whole", 6);
  assert.ok(whole.finished && whole.loss.after! < 0.8 * whole.loss.before!);
  const weights = () => Deno.readFile(`${folder}/whole/checkpoints/step-000006/model.safetensors`);
  const saved = await weights();
  // As a run that was killed after step 3.
  await Deno.remove(`${folder}/whole/checkpoints/step-000006`, { recursive: true });
  await Deno.writeTextFile(`${folder}/whole/latest`, "step-000003\n");
  assert.deepEqual((await run("whole", 6)).loss, whole.loss);
  assert.deepEqual(await weights(), saved);
});
