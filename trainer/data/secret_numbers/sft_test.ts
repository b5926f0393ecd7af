import assert from "node:assert/strict";
import { deriveSeed, Random } from "../../seed.ts";
import { REFINE_PREVIOUS } from "../../refine/prompt.ts";
import { verify } from "../../../verifier-wasm/mod.ts";
import { warmupRows, type WarmupSize } from "./sft.ts";
import { secretNumbersTokenizer } from "./tokenizer_files.ts";
import { SECRET_SYMBOLS } from "./vocabulary.ts";
import { KNOWN_MEANINGS } from "./world.ts";

const tokenizer = secretNumbersTokenizer();

/** The texts of many rows. */
function texts(size: WarmupSize): { prompt: string; response: string }[] {
  return warmupRows(tokenizer, new Random(deriveSeed("warm-up")), size).map((row) => ({
    prompt: tokenizer.decode(row.prompt),
    response: tokenizer.decode(row.response),
  }));
}

const chainOf = (response: string): [string, number][] =>
  [...response.matchAll(/(\S) = (\d+)/g)].map(([, symbol, number]) => [symbol, Number(number)]);

Deno.test("warm-up: as many rows as asked, the same ones for the same seed", () => {
  const size = { directRows: 10, refinementRows: 16 };
  const rows = warmupRows(tokenizer, new Random(4), size);
  assert.equal(rows.length, 26);
  assert.deepEqual(warmupRows(tokenizer, new Random(4), size), rows);
  assert.ok(rows.every(({ response }) => response.at(-1) === tokenizer.eosIds[0]));
  assert.ok(rows.every(({ prompt }) => prompt.at(-1) === tokenizer.encode("<|assistant|>")[0]));
  assert.equal(
    rows.filter((row) => tokenizer.decode(row.prompt).includes(REFINE_PREVIOUS)).length,
    16,
  );
});

Deno.test("direct rows: known symbols mean what they mean, secret ones anything", () => {
  const secret: number[] = [];
  let known = 0;
  for (const { response } of texts({ directRows: 700, refinementRows: 0 })) {
    for (const [symbol, number] of chainOf(response)) {
      if (symbol in KNOWN_MEANINGS) {
        assert.equal(number, KNOWN_MEANINGS[symbol], symbol);
        known++;
      } else if (symbol === SECRET_SYMBOLS[0]) secret.push(number);
    }
  }
  assert.equal(new Set(secret).size, 12);
  assert.ok(known > 950 && known < 1150, String(known)); // half of 2100
});

Deno.test("refinement rows: the verdict fits, and the refinement is what the critique tells", () => {
  const count = { correct: 0, simple: 0, incorrect: 0 };
  for (const { prompt, response } of texts({ directRows: 0, refinementRows: 1600 })) {
    const previous = /Previous solution:\n(.*)\n/.exec(prompt)![1];
    const [, verdict, truth] = /solution is (\w+)(?:, the ground truth is (.*))?\.\n/.exec(prompt)!;
    const correct = verify(/\\boxed\{(.*)\}/.exec(response)![1], previous).outcome === "equal";
    assert.equal(verdict, correct ? "correct" : "incorrect");
    if (truth === undefined) count.simple++;
    else {
      count[correct ? "correct" : "incorrect"]++;
      assert.equal(verify(truth, response).outcome, "equal");
    }
    assert.deepEqual(
      chainOf(previous).map(([symbol]) => symbol),
      chainOf(response).map(([symbol]) => symbol),
    );
  }
  assert.ok(count.correct > 90 && count.correct < 170, JSON.stringify(count)); // 8% of 1600
  assert.ok(count.simple > 140 && count.simple < 245, JSON.stringify(count)); // 12%
});
