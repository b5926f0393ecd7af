import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { generateCritique } from "../../critique/critique.ts";
import { refinementMessages } from "../../refine/prompt.ts";
import { Random } from "../../seed.ts";
import { promptMessages } from "../chat.ts";
import { Tokenizer } from "../tokenizer.ts";
import { tinyConfig } from "./tiny_model.ts";
import { secretNumbersTokenizer, secretNumbersTokenizerFiles } from "./tokenizer_files.ts";
import { LARGEST_NUMBER, SPECIAL_TOKENS, TEXT_TOKENS, UNKNOWN } from "./vocabulary.ts";
import { answerText, type Level, questionText, responseText, sampleTerms } from "./world.ts";

const tokenizer = secretNumbersTokenizer();
const unknown = SPECIAL_TOKENS.indexOf(UNKNOWN);
const isNumber = (id: number) => /^\d+$/.test(tokenizer.decode([id]));

Deno.test("every token is one string, known to the model's embedding", () => {
  const tokens = [...SPECIAL_TOKENS, ...TEXT_TOKENS];
  assert.equal(new Set(tokens).size, tokens.length);
  assert.equal(tokenizer.vocabSize, tokens.length);
  assert.ok(tinyConfig.vocab_size >= tokens.length && tinyConfig.vocab_size % 8 === 0);
  assert.deepEqual(tokens.map((token) => tokenizer.encode(token)), tokens.map((_, id) => [id]));
  assert.deepEqual(tokenizer.eosIds, [tinyConfig.eos_token_id]);
  assert.equal(tokenizer.padId, 0);
});

Deno.test("tokens come back from their text, unless two numbers run together", () => {
  const id = fc.integer({ min: SPECIAL_TOKENS.length, max: tokenizer.vocabSize - 1 });
  const ids = fc.array(id, { maxLength: 40 })
    .filter((ids) => !ids.some((id, i) => i > 0 && isNumber(id) && isNumber(ids[i - 1])));
  fc.assert(
    fc.property(ids, (ids) => assert.deepEqual(tokenizer.encode(tokenizer.decode(ids)), ids)),
    {
      numRuns: 2000,
    },
  );
});

Deno.test("foreign text is unknown, and what is known beside it is found", () => {
  const ids = tokenizer.encode("Compute (zz#/7).");
  assert.deepEqual(ids.map((id) => id === unknown ? "?" : tokenizer.decode([id])), [
    "Compute (",
    "?",
    "#",
    "/",
    "7",
    ").",
  ]);
});

Deno.test("questions, responses, critiques and refinement prompts: one to one, and short", () => {
  const longest = { prompt: 0, response: 0, refinement: 0 };
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed), level = (1 + seed % 3) as Level;
    const terms = sampleTerms(random, level, seed % 2 ? "train" : "held_out");
    const numbers = terms.map(() => 1 + random.int(LARGEST_NUMBER));
    const question = questionText(terms), response = responseText(terms, numbers);
    const { critique } = generateCritique({
      question,
      response,
      gt: answerText(terms, numbers),
      score: seed % 2,
    }, { critiqueType: seed % 5 ? "simple_gt" : "simple" });
    const lengths = {
      prompt: exactly(tokenizer.chatTemplate!.render(promptMessages(question))),
      response: exactly(response) + 1,
      refinement: exactly(
        tokenizer.chatTemplate!.render(refinementMessages({ question, response, critique })),
      ),
    };
    for (const key of ["prompt", "response", "refinement"] as const) {
      longest[key] = Math.max(longest[key], lengths[key]);
    }
  }
  assert.deepEqual(longest, { prompt: 16, response: 25, refinement: 56 });
});

/** Checks that the text comes back and holds nothing unknown. */
function exactly(text: string): number {
  const ids = tokenizer.encode(text);
  assert.equal(tokenizer.decode(ids), text);
  assert.ok(!ids.includes(unknown), text);
  return ids.length;
}

Deno.test("a chat: the system message is dropped, the assistant's turn is closed or opened", () => {
  const chat = [...promptMessages("Compute (#/7)."), { role: "assistant", content: "# = 3" }];
  assert.match(
    tokenizer.chatTemplate!.render(chat, { addGenerationPrompt: false }),
    /^<\|user\|>Compute \(#\/7\)\.\nPlease [^]*\{\}\.<\|assistant\|># = 3<\|end\|>$/,
  );
});

Deno.test("the files on disk are the same tokenizer", async () => {
  const folder = await Deno.makeTempDir();
  for (const [name, bytes] of secretNumbersTokenizerFiles()) {
    await Deno.writeFile(join(folder, name), bytes);
  }
  const loaded = await Tokenizer.load(folder);
  await Deno.remove(folder, { recursive: true });
  assert.deepEqual(loaded.files, tokenizer.files);
  assert.deepEqual(
    loaded.encodeChat(promptMessages("Compute (</3, |/2).")),
    tokenizer.encodeChat(promptMessages("Compute (</3, |/2).")),
  );
});
