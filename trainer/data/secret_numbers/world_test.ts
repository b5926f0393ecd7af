import assert from "node:assert/strict";
import { deriveSeed, Random } from "../../seed.ts";
import { verify } from "../../../verifier-wasm/mod.ts";
import { KNOWN_SYMBOLS, LARGEST_NUMBER, OPERANDS, SECRET_SYMBOLS } from "./vocabulary.ts";
import {
  answerText,
  isHeldOut,
  KNOWN_MEANINGS,
  type Level,
  numbersOf,
  questionText,
  responseText,
  sampleTerms,
  secretMeanings,
} from "./world.ts";

const NUMBERS = Array.from({ length: LARGEST_NUMBER }, (_, i) => i + 1);

Deno.test("a secret gives each symbol another number, and each seed another secret", () => {
  const secrets = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    const meanings = secretMeanings(seed);
    assert.deepEqual(Object.keys(meanings), SECRET_SYMBOLS);
    assert.deepEqual(Object.values(meanings).sort((a, b) => a - b), NUMBERS);
    assert.deepEqual(secretMeanings(seed), meanings);
    secrets.add(Object.values(meanings).join());
  }
  assert.equal(secrets.size, 50);
});

Deno.test("known symbols mean the same in every run, and are no secret symbols", () => {
  assert.deepEqual(Object.keys(KNOWN_MEANINGS), KNOWN_SYMBOLS);
  assert.deepEqual(Object.values(KNOWN_MEANINGS).sort((a, b) => a - b), NUMBERS);
  assert.ok(!KNOWN_SYMBOLS.some((symbol) => SECRET_SYMBOLS.includes(symbol)));
});

Deno.test("texts of a question, its answer and a response", () => {
  const terms = [{ symbol: "#", operand: 7 }, { symbol: "@", operand: 4 }];
  assert.equal(questionText(terms), "Compute (#+0.7, @+0.4).");
  assert.equal(answerText(terms, [3, 12]), "(3.7, 12.4)");
  assert.equal(responseText(terms, [3, 12]), "# = 3, @ = 12. \\boxed{(3.7, 12.4)}");
  assert.deepEqual(numbersOf(terms, { "#": 5, "@": 6 }), [5, 6]);
});

Deno.test("one combination in seven is held out, with every symbol and operand on both sides", () => {
  const level1 = SECRET_SYMBOLS.flatMap((symbol) =>
    OPERANDS.map((operand) => ({ symbol, operand }))
  );
  const held = level1.filter((term) => isHeldOut([term]));
  assert.ok(held.length >= 14 && held.length <= 17, String(held.length));
  for (const symbol of SECRET_SYMBOLS) assert.ok(held.some((term) => term.symbol === symbol));
  for (const operand of OPERANDS) assert.ok(held.some((term) => term.operand === operand));
  const pairs = level1.flatMap((a) => level1.map((b) => [a, b]));
  const share = pairs.filter(isHeldOut).length / pairs.length;
  assert.ok(Math.abs(share - 1 / 7) < 0.01, String(share));
});

Deno.test("sampled terms: different symbols and operands, of the split that was asked for", () => {
  for (let i = 0; i < 300; i++) {
    const level = (1 + i % 3) as Level, split = i % 2 ? "train" : "held_out";
    const terms = sampleTerms(new Random(deriveSeed(i)), level, split);
    assert.equal(terms.length, level);
    assert.equal(new Set(terms.map(({ symbol }) => symbol)).size, level);
    assert.equal(new Set(terms.map(({ operand }) => operand)).size, level);
    assert.equal(isHeldOut(terms), split === "held_out");
  }
});

Deno.test("the verifier accepts the right response and no other numbers or order", () => {
  for (let i = 0; i < 200; i++) {
    const random = new Random(deriveSeed("verify", i)), level = (1 + i % 3) as Level;
    const terms = sampleTerms(random, level, "train"), right = numbersOf(terms, secretMeanings(i));
    const gold = answerText(terms, right);
    assert.equal(verify(gold, responseText(terms, right)).outcome, "equal");
    const wrong = right.with(random.int(level), 1 + random.int(LARGEST_NUMBER));
    assert.equal(
      verify(gold, responseText(terms, wrong)).outcome,
      wrong.join() === right.join() ? "equal" : "different",
    );
    if (level === 1) continue;
    const turned = responseText(terms.toReversed(), right.toReversed());
    assert.equal(verify(gold, turned).outcome, "different", `${gold} ${turned}`);
    assert.equal(verify(gold, responseText(terms.slice(1), right.slice(1))).outcome, "different");
  }
});
