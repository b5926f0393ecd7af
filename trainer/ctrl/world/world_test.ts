import assert from "node:assert/strict";
import { extractCode } from "../../../sandbox/judge/extract.ts";
import { LocalSandbox } from "../../../sandbox/local.ts";
import { Random } from "../../seed.ts";
import { judgmentOf } from "../judgment.ts";
import { criticMessages, revisionMessages } from "../prompts.ts";
import { critiqueText, teacherCritique } from "./critique.ts";
import { difference, edited, revised } from "./edits.ts";
import { execute } from "./execute.ts";
import { drawProblem, heldOutProblems, trainingProblem } from "./problem.ts";
import {
  drawSpecification,
  evaluate,
  isHeldOut,
  programText,
  type Specification,
  statementText,
} from "./program.ts";
import { criticRow, generatorRow } from "./sft_rows.ts";
import { microConfig } from "./tiny_model.ts";
import { microTokenizer } from "./tokenizer_files.ts";
import { TOKENS, UNKNOWN } from "./vocabulary.ts";

const spec: Specification = {
  factor: 2,
  function: "max",
  first: "a",
  offset: 3,
  second: "b",
  sign: "-",
  constant: 4,
};

Deno.test("a program, its statement and its value, by hand", () => {
  assert.equal(
    programText(spec),
    "```python\ndef f(a, b): return 2 * max ( a + 3 , b ) - 4 \n```",
  );
  assert.match(
    statementText(spec, new Random(1)),
    /^Return twice the (larger|maximum) of a plus three and b , minus four \.$/,
  );
  assert.equal(evaluate(spec, 5, 6), 2 * 8 - 4);
  assert.equal(evaluate({ ...spec, function: "floordiv" }, 5, 3), 2 * 2 - 4);
});

Deno.test("Python in the sandbox finds the values that are wanted", async () => {
  await using sandbox = await LocalSandbox.create();
  const problems = Array.from({ length: 300 }, (_, i) => trainingProblem(5, i));
  const found = await execute(
    sandbox,
    problems.map(({ program, inputs }) => ({
      code: extractCode(programText(program), "python").code,
      inputs,
    })),
  );
  problems.forEach(({ program, inputs }, i) =>
    assert.deepEqual(found[i], { values: inputs.map(([a, b]) => evaluate(program, a, b)) })
  );
});

Deno.test("held-out programs are never trained on; a bug is always found by a test", () => {
  assert.ok(heldOutProblems(1, 50).every(({ wanted }) => isHeldOut(wanted)));
  let right = 0;
  for (let i = 0; i < 400; i++) {
    const { wanted, program, inputs } = trainingProblem(1, i);
    assert.ok(!isHeldOut(wanted));
    const same = difference(program, wanted).length === 0;
    right += Number(same);
    assert.equal(
      inputs.every(([a, b]) => evaluate(program, a, b) === evaluate(wanted, a, b)),
      same,
    );
  }
  assert.ok(right > 90 && right < 150, `${right} of 400`);
});

Deno.test("what the generator is taught: it follows, it stays, and it does not ignore a judgment", () => {
  const edits = [{ slot: "function", value: "min" }, { slot: "constant", value: 9 }] as const;
  assert.deepEqual(revised(spec, edits, "Incorrect"), { ...spec, function: "min", constant: 9 });
  assert.deepEqual(revised(spec, edits, "Correct"), spec);
  assert.deepEqual(revised(spec, [], "Incorrect"), { ...spec, function: "min" });
  assert.deepEqual(revised(spec, [{ slot: "factor", value: 2 }], "Incorrect").function, "min");
});

Deno.test("a critique, by hand; the teacher's is explained by a test", () => {
  const wrong = { ...spec, factor: 5 };
  const text = critiqueText(wrong, [{ slot: "factor", value: 2 }], "Incorrect");
  assert.equal(
    text,
    "Analysis: 5 2 max max a a 3 3 b b - - 4 4 . Improvement suggestions: factor = 2 . Overall judgment: Incorrect",
  );
  assert.equal(judgmentOf(text), "Incorrect");
  const random = new Random(9);
  for (let i = 0; i < 200; i++) {
    const problem = drawProblem(random, false);
    const critique = teacherCritique(problem, random);
    const same = difference(problem.program, problem.wanted).length === 0;
    assert.equal(judgmentOf(critique), same ? "Correct" : "Incorrect");
    if (difference(problem.program, problem.wanted).length !== 1) continue;
    const [, slot, value] = /suggestions: (\w+) = (\S+) \./.exec(critique)!;
    const blamed = edited(problem.program, [{ slot, value: Number(value) || value } as never]);
    assert.ok(
      problem.inputs.some(([a, b]) =>
        evaluate(problem.program, a, b) !== evaluate(problem.wanted, a, b) &&
        evaluate(blamed, a, b) === evaluate(problem.wanted, a, b)
      ),
    );
  }
});

Deno.test("every text of the world is known to the tokenizers, and comes back", () => {
  const random = new Random(3);
  for (const reader of ["critic", "generator"] as const) {
    const tokenizer = microTokenizer(reader);
    assert.equal(tokenizer.vocabSize, TOKENS.length);
    assert.ok(microConfig.vocab_size >= TOKENS.length);
    const row = reader === "critic" ? criticRow : generatorRow;
    for (let i = 0; i < 200; i++) {
      const { prompt, response } = row(tokenizer, random, 0.9);
      assert.ok(![...prompt, ...response].includes(TOKENS.indexOf(UNKNOWN)));
      const text = tokenizer.decode(response, { skipSpecialTokens: true });
      const end = response.at(-1) === tokenizer.eosIds[0] ? [tokenizer.eosIds[0]] : [];
      assert.deepEqual([...tokenizer.encode(text), ...end], response);
    }
  }
});

Deno.test("the generator reads its program and the suggestions, not the statement", () => {
  const tokenizer = microTokenizer("generator");
  const statement = statementText(drawSpecification(new Random(1)), new Random(1));
  const critique = critiqueText(spec, [], "Correct");
  const seen = tokenizer.decode(
    tokenizer.encodeChat(revisionMessages(statement, programText(spec), critique)),
  );
  assert.match(seen, /Improvement suggestions: none .*2 \* max/s);
  assert.doesNotMatch(seen, /Return|Analysis/);
  const critic = microTokenizer("critic");
  const all = critic.decode(critic.encodeChat(criticMessages(statement, programText(spec))));
  assert.match(all, /Return/);
});
