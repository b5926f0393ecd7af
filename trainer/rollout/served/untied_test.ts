import assert from "node:assert/strict";
import { loadModel } from "../../../gpu/model/mod.ts";
import { tinyModel } from "../../../gpu/model/testing/tiny.ts";
import { temporaryFolder } from "../../../tests/command_line.ts";
import { saveUntied } from "./untied.ts";

Deno.test("a tied model as an untied one: the same numbers, and the head beside them", async () => {
  await using folder = await temporaryFolder();
  const tied = tinyModel({ tied: true });
  await saveUntied(folder.path, tied);
  const found = loadModel(folder.path), tensors = found.weights.tensors();
  assert.equal(found.config.tied, false);
  assert.deepEqual(tensors.get("lm_head.weight"), tensors.get("model.embed_tokens.weight"));
  for (const [name, tensor] of tied.weights.tensors()) assert.deepEqual(tensors.get(name), tensor);
  assert.equal(tied.config.source.tie_word_embeddings, true);
});
