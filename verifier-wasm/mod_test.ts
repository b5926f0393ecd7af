import assert from "node:assert/strict";
import { extract, type Outcome, parse, verify } from "./mod.ts";

const pairs: [gold: string, answer: string, outcome: Outcome][] = [
  ["(3.7, 5.4)", "Thus \\boxed{\\left(\\frac{37}{10},5.40\\right)}.", "equal"],
  ["(3.7, 5.4)", "\\boxed{(5.4, 3.7)}", "different"],
  ["7425000", "\\boxed{7,425,000}", "equal"],
  ["42", "<think>\\boxed{42}</think> I am done.", "unparsable"],
  ["42", "\\boxed{41}. Wait, no: \\boxed{42}", "equal"],
  ["42", "\\boxed{41} or \\boxed{42}", "different"],
  ["42", "\\boxed{41=42}", "different"],
  ["42", "", "unparsable"],
  ["", "42", "unparsable"],
  ["x^2", "\\boxed{x^3}", "different"],
];
for (const [gold, answer, outcome] of pairs) {
  Deno.test(`verifier: ${JSON.stringify(gold)} against ${JSON.stringify(answer)}`, () => {
    assert.equal(verify(gold, answer).outcome, outcome);
  });
}

Deno.test("verifier: a verdict says what was understood", () => {
  assert.deepEqual(verify("\\frac{1}{2}", "so \\boxed{0.5}"), {
    outcome: "equal",
    extracted: "0.5",
    goldParsed: "1/2",
    answerParsed: "1/2",
    reason: "both say the same",
  });
});

Deno.test("verifier: extract", () => {
  assert.equal(extract("a \\boxed{\\frac{1}{2}} b"), "\\frac{1}{2}");
  assert.equal(extract('é \\boxed{\u{1f600}\n"\\}"}'), '\u{1f600}\n"\\}"');
  assert.equal(extract("the answer is 5"), "5");
  assert.equal(extract("5"), null);
});

Deno.test("verifier: where the answer of a response is", () => {
  const responses: [gold: string, response: string, outcome: Outcome][] = [
    ["42", "<think>41?</think> The final answer is $42$. I hope it is correct.", "equal"],
    ["42", "We add them.\n#### 42", "equal"],
    ["42", "<think>6 * 7\n<answer>42</answer>", "equal"],
    ["42", "So there are **42** of them.", "equal"],
    ["42", "\\boxed{41}", "different"],
    ["42", "<think> \\boxed{42}", "unparsable"],
    ["42", "The final answer is $42$ or $41$ or $40$.", "different"],
    ["C", "It can't be A or B, so C it is", "equal"],
    ["42", `${"What is 6 times 7? ".repeat(30)} Is it 42?`, "unparsable"],
  ];
  for (const [gold, response, outcome] of responses) {
    assert.equal(verify(gold, response).outcome, outcome, response);
  }
});

Deno.test("verifier: letters", () => {
  const letters = (gold: string, answer: string) => verify(gold, answer, { form: "letters" });
  assert.equal(letters("(D) Alina", "D").outcome, "equal");
  assert.equal(letters("B", "The answer is (C)").outcome, "different");
  assert.equal(letters("B", "The answer is B or C").outcome, "unparsable");
  assert.equal(letters("none", "B").goldParsed, null);
});

Deno.test("verifier: parse names the kind, or says why there is none", () => {
  assert.deepEqual(parse("3.7"), { kind: "decimal", value: "37/10" });
  assert.deepEqual(parse("(1, 2)"), { kind: "tuple", value: "(1, 2)" });
  assert.deepEqual(parse("\\boxed{8}"), { kind: "integer", value: "8" });
  for (const malformed of ["", "  ", "$$", "{1", "1}", "\\boxed{}", "\\frac{1}{2"]) {
    assert.ok("error" in parse(malformed), malformed);
  }
});

Deno.test("verifier: any string has a verdict", () => {
  for (const odd of ["\ud800", "\udc00\ud800", "\0", "1\0", "\\", "\uffff", "\\boxed{\ud83d}"]) {
    assert.notEqual(verify("2", odd).outcome, "equal");
    verify(odd, "1");
    parse(odd);
    extract(odd);
  }
  assert.equal(verify("1", "1".repeat(1 << 24)).outcome, "gave_up");
});

Deno.test("verifier: a budget bounds the work and must make sense", () => {
  const [gold, answer] = ["2", "1/3+1/5+1/7+1/11+1/13"];
  assert.equal(verify(gold, answer).outcome, "different");
  assert.equal(verify(gold, answer, { budget: 500 }).outcome, "gave_up");
  for (const budget of [0, -1, 1.5, NaN, 2 ** 32]) {
    assert.throws(() => verify("1", "1", { budget }), /Cannot verify with a budget of/);
  }
});
