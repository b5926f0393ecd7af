import assert from "node:assert/strict";
import { deriveSeed, Random } from "../../seed.ts";
import { verify } from "../../../verifier-wasm/mod.ts";
import { DIVISORS, KNOWN_SYMBOLS, LARGEST_NUMBER, SECRET_SYMBOLS } from "./vocabulary.ts";
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
  // No number belongs to both kinds: a secret symbol's number cannot be written under a letter's name.
  const letters = NUMBERS.map((n) => n + NUMBERS.length);
  assert.deepEqual(Object.values(KNOWN_MEANINGS).sort((a, b) => a - b), letters);
  assert.ok(!KNOWN_SYMBOLS.some((symbol) => SECRET_SYMBOLS.includes(symbol)));
});

Deno.test("texts of a question, its answer and a response", () => {
  const terms = [{ symbol: "#", divisor: 7 }, { symbol: "c", divisor: 4 }];
  assert.equal(questionText(terms), "Compute (#/7, c/4).");
  assert.equal(answerText(terms, [3, 12]), "(3/7, 12/4)");
  assert.equal(responseText(terms, [3, 12]), "# = 3, c = 12. \\boxed{(3/7, 12/4)}");
  assert.deepEqual(numbersOf(terms, { "#": 5 }), [5, KNOWN_MEANINGS.c]);
});

Deno.test("one combination in seven is held out, with every symbol and divisor on both sides", () => {
  const single = [...SECRET_SYMBOLS, ...KNOWN_SYMBOLS].flatMap((symbol) =>
    DIVISORS.map((divisor) => ({ symbol, divisor }))
  );
  const held = single.filter((term) => isHeldOut([term]));
  for (const symbol of SECRET_SYMBOLS) assert.ok(held.some((term) => term.symbol === symbol));
  for (const divisor of DIVISORS) assert.ok(held.some((term) => term.divisor === divisor));
  const pairs = single.flatMap((a) => single.map((b) => [a, b]));
  const share = pairs.filter(isHeldOut).length / pairs.length;
  assert.ok(Math.abs(share - 1 / 7) < 0.01, String(share));
});

Deno.test("sampled terms: three different symbols, as many secret as the level, of the right split", () => {
  for (let i = 0; i < 300; i++) {
    const level = (1 + i % 3) as Level, split = i % 2 ? "train" : "held_out";
    const terms = sampleTerms(new Random(deriveSeed(i)), level, split);
    const symbols = terms.map(({ symbol }) => symbol);
    assert.equal(symbols.filter((symbol) => SECRET_SYMBOLS.includes(symbol)).length, level);
    assert.equal(new Set(symbols).size, 3);
    assert.equal(new Set(terms.map(({ divisor }) => divisor)).size, 3);
    assert.equal(isHeldOut(terms), split === "held_out");
  }
});

Deno.test("the verifier accepts the right response and no other numbers or order", () => {
  for (let i = 0; i < 200; i++) {
    const random = new Random(deriveSeed("verify", i)), level = (1 + i % 3) as Level;
    const terms = sampleTerms(random, level, "train"), right = numbersOf(terms, secretMeanings(i));
    const gold = answerText(terms, right);
    assert.equal(verify(gold, responseText(terms, right)).outcome, "equal");
    const wrong = right.with(random.int(3), 1 + random.int(LARGEST_NUMBER));
    assert.equal(
      verify(gold, responseText(terms, wrong)).outcome,
      wrong.join() === right.join() ? "equal" : "different",
    );
    assert.equal(verify(gold, responseText(terms.slice(1), right.slice(1))).outcome, "different");
  }
  const inOrder = "(3/7, 5/4, 8/3)";
  assert.equal(verify(inOrder, "\\boxed{(3/7, 8/3, 5/4)}").outcome, "different");
  assert.equal(verify(inOrder, "\\boxed{(8/3, 5/4, 3/7)}").outcome, "different");
});
