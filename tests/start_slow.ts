/** From the command to the first step, with forty thousand problems and a real tokenizer. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { Command, into, temporaryFolder } from "./command_line.ts";
import { qwenFolder } from "./model_folder.ts";

/** Problems as long as GSM8K's. */
const PROBLEMS = 40_000;

Deno.test("the first step begins within 3 seconds, whatever the size of the training data", async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, "train.jsonl");
  const rows = Array.from({ length: PROBLEMS }, (_, i) => {
    const question =
      `A farm has ${i} hens and each hen lays ${
        i % 7
      } eggs a day. The farmer sells every egg for ` +
      `$${i % 5}, keeps a dozen of them for himself, and gives ${i % 11} to each of his three ` +
      `neighbours. How many dollars does he make every day at the farmers' market?`;
    return JSON.stringify({ question, answer: `He has ${i * (i % 7)} eggs.\n#### ${i}` }) + "\n";
  });
  await Deno.writeTextFile(data, rows.join(""));
  const args = [
    `data.train_files=${data}`,
    "data.prompt_key=question",
    "data.ground_truth_key=answer",
    `actor_rollout_ref.model.path=${await qwenFolder(join(folder.path, "model"))}`,
    "data.train_batch_size=2",
    "data.max_prompt_length=256",
    "data.max_response_length=16",
    "actor_rollout_ref.rollout.n=2",
    "trainer.total_training_steps=1",
  ];
  let least = Infinity;
  for (const turn of [1, 2, 3]) {
    const began = performance.now();
    const command = new Command([...args, into(join(folder.path, String(turn)))]);
    const step = /^step 1\/1 .* time ([\d.]+)s/m;
    await command.printed(step);
    const seconds = (performance.now() - began) / 1000;
    const { stdout, stderr } = await command.ended;
    const took = step.exec(stdout);
    assert.ok(took, stdout + stderr);
    least = Math.min(least, seconds - Number(took[1]));
    console.log(`the first step began ${(seconds - Number(took[1])).toFixed(2)} s after the start`);
  }
  assert.ok(least <= 3, `${least} s`);
});
