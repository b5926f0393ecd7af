import assert from "node:assert/strict";
import { initialize, parseConfig, saveModel } from "../../gpu/model/mod.ts";
import { tinyConfig } from "../data/secret_numbers/tiny_model.ts";
import { secretNumbersTokenizer } from "../data/secret_numbers/tokenizer_files.ts";
import { Random } from "../seed.ts";
import { openWriter } from "./open_writer.ts";

Deno.test("a model's folder writes: the same for the same seed, a fault where the chat is too long", async () => {
  const folder = await Deno.makeTempDir();
  const config = parseConfig(tinyConfig), random = new Random(1);
  await saveModel(folder, { config, weights: initialize(config, () => random.normal()) });
  await secretNumbersTokenizer().save(folder);
  const writer = await openWriter({ at: folder });
  const chat = [{ role: "user", content: "1 2" }];
  const long = [{ role: "user", content: "1 ".repeat(config.maxPositions) }];
  const draw = { maxTokens: 5, temperature: 1, topP: 1 };
  const [one, same, fault] = await writer.write([chat, chat, long], { ...draw, seeds: [7, 7, 7] });
  assert.deepEqual(one, same);
  assert.ok(one.tokens! >= 1 && one.tokens! <= 5);
  assert.match(fault.fault!, /the chat has \d+ tokens, the context/);
});

Deno.test("a server's model needs a name", async () => {
  await assert.rejects(openWriter({ at: "http://127.0.0.1:1/v1" }), /without a name/);
});
