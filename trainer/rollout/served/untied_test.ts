import assert from "node:assert/strict";
import { join } from "node:path";
import { loadModel } from "../../../gpu/model/mod.ts";
import { temporaryFolder } from "../../../tests/command_line.ts";
import { builtinFolder } from "../../../tests/model_folder.ts";

async function untie(...args: string[]) {
  const script = new URL("untie.ts", import.meta.url).pathname;
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", script, ...args],
  }).output();
  return { code: output.code, stderr: new TextDecoder().decode(output.stderr) };
}

Deno.test("a tied model as an untied one: the same numbers, the head beside them, and its tokenizer", async () => {
  await using folder = await temporaryFolder();
  const to = join(folder.path, "untied");
  const from = await builtinFolder(join(folder.path, "tied"), {
    config: { tie_word_embeddings: true },
  });
  assert.deepEqual(await untie(from, to), { code: 0, stderr: "" });
  const tied = loadModel(from), found = loadModel(to);
  assert.equal(found.config.tied, false);
  const tensors = found.weights.tensors();
  assert.deepEqual(tensors.get("lm_head.weight"), tensors.get("model.embed_tokens.weight"));
  for (const [name, tensor] of tied.weights.tensors()) assert.deepEqual(tensors.get(name), tensor);
  assert.ok(Deno.statSync(join(to, "tokenizer.json")).isFile);

  assert.match((await untie(to, join(folder.path, "again"))).stderr, /has a head of its own/);
  assert.match((await untie(from)).stderr, /Give a model's folder and a new one/);
});
