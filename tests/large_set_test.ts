/** Training data too large to be measured before the first step. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { MEASURED_FIRST } from "../trainer/problems.ts";
import { Command, into, metricsOf, run, temporaryFolder } from "./command_line.ts";
import { builtinFolder } from "./model_folder.ts";
import { outcome } from "./outcome.ts";

Deno.test("prompts that turn out too long are dropped as they are drawn; killed and resumed, to the same bytes", async () => {
  await using folder = await temporaryFolder();
  const data = join(folder.path, "train.jsonl");
  const rows = Array.from({ length: MEASURED_FIRST + 1 }, (_, i) => {
    const prompt = i % 4 === 0 ? "3 plus 4 plus 5 plus 6 plus 7" : `${i % 10} plus 4`;
    return JSON.stringify({ prompt, ground_truth: String(i % 10 + 4) }) + "\n";
  });
  await Deno.writeTextFile(data, rows.join(""));
  const args = [
    `data.train_files=${data}`,
    `actor_rollout_ref.model.path=${await builtinFolder(join(folder.path, "model"))}`,
    "data.max_prompt_length=12",
    "data.max_response_length=16",
    "data.train_batch_size=8",
    "actor_rollout_ref.rollout.n=2",
    "trainer.total_training_steps=8",
    "trainer.save_freq=2",
    "trainer.threads=1",
  ];
  const whole = join(folder.path, "whole"), killed = join(folder.path, "killed");
  const { code, stdout, stderr } = await run([...args, into(whole)]);
  assert.equal(code, 0, stderr);
  const told = stdout.match(/^step \d: \d prompt\(s\) were dropped and others drawn: .*$/gm);
  const dropped = (await metricsOf(whole)).slice(1).map((m) => m["prompt_length/dropped"]!);
  assert.equal(told?.length, dropped.filter((n) => n > 0).length);
  assert.ok(dropped.reduce((a, b) => a + b) > 0);

  const command = new Command([...args, into(killed)]);
  await command.printed(/^step 3\/8/m);
  command.kill("SIGKILL");
  await command.ended;
  const again = await run([...args, into(killed)]);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /Going on from step [246] /);
  assert.deepEqual(await outcome(killed), await outcome(whole));
});
