/** `--dry-run` where a model is not there yet: its plan takes `config.json` and the tokenizer alone. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { run, temporaryFolder } from "./command_line.ts";
import { builtinFolder } from "./model_folder.ts";

Deno.test("--dry-run plans by config.json alone, then tells what the folder lacks", async () => {
  await using folder = await temporaryFolder();
  const model = await builtinFolder(join(folder.path, "model"));
  await Deno.remove(join(model, "model.safetensors"));
  const config = JSON.parse(await Deno.readTextFile(join(model, "config.json")));
  const large = { ...config, hidden_size: 7680, intermediate_size: 65_536, num_hidden_layers: 60 };
  await Deno.writeTextFile(
    join(model, "config.json"),
    JSON.stringify({ ...large, num_attention_heads: 60, num_key_value_heads: 4, head_dim: 128 }),
  );
  const data = join(folder.path, "train.jsonl");
  await Deno.writeTextFile(data, '{"prompt": "1 plus 1", "ground_truth": "2"}\n');
  const { code, stdout, stderr } = await run([
    "--dry-run",
    `data.train_files=${data}`,
    `actor_rollout_ref.model.path=${model}`,
    "data.train_batch_size=1",
    "data.max_prompt_length=128",
    "data.max_response_length=64",
    "trainer.device=cuda:0",
  ]);
  assert.equal(code, 1);
  assert.match(stdout, /Memory of the GPU.*\n +\d{3}\.\d GB {2}weights\n/);
  assert.match(stderr, /There is no .*model\.safetensors\. A model's folder holds/);
});
