import assert from "node:assert/strict";
import { verify } from "../../../verifier-wasm/mod.ts";
import { promptMessages } from "../chat.ts";
import { secretNumbersHeldOut, secretNumbersTrain } from "./problems.ts";

Deno.test("training problems: by index, in any order, and others for another seed", () => {
  const stream = secretNumbersTrain({ seed: 1 });
  const some = [900, 3, 0, 1e6].map((index) => stream.problemAt(index));
  assert.deepEqual([900, 3, 0, 1e6].map(secretNumbersTrain({ seed: 1 }).problemAt), some);
  assert.notDeepEqual([900, 3, 0, 1e6].map(secretNumbersTrain({ seed: 2 }).problemAt), some);
});

Deno.test("a problem has everything that the trainer asks for", () => {
  const problem = secretNumbersTrain({ seed: 1, mix: [2] }).problemAt(5);
  assert.equal(problem.id, "secret_numbers/train/level2/5");
  assert.equal(problem.source, "secret_numbers/level2");
  assert.match(problem.question, /^Compute \(.\/[2-9], .\/[2-9], .\/[2-9]\)\.$/);
  assert.deepEqual(problem.messages, promptMessages(problem.question));
  assert.deepEqual(problem.metadata, { level: 2 });
  assert.equal(verify(problem.groundTruth, problem.reference!).outcome, "equal");
});

Deno.test("the mix decides how often a level comes", () => {
  const { problemAt } = secretNumbersTrain({ seed: 7 });
  const count = [0, 0, 0, 0];
  for (let i = 0; i < 1200; i++) count[problemAt(i).metadata.level as number]++;
  assert.equal(count[1], 0);
  assert.ok(count[2] > 340 && count[2] < 460, count.join());
  assert.throws(() => secretNumbersTrain({ seed: 0, mix: [] }), /empty mix of levels/);
});

Deno.test("held out: as many of each level, the same questions for every seed, never met in training", () => {
  const problems = secretNumbersHeldOut({ seed: 1 });
  assert.equal(problems.length, 192);
  const sources = problems.map(({ source }) => source);
  for (const level of [1, 2, 3]) {
    assert.equal(sources.filter((source) => source === `secret_numbers/level${level}`).length, 64);
  }
  assert.equal(new Set(problems.map(({ id }) => id)).size, 192);
  const other = secretNumbersHeldOut({ seed: 2 });
  assert.deepEqual(other.map(({ question }) => question), problems.map(({ question }) => question));
  assert.notDeepEqual(
    other.map(({ groundTruth }) => groundTruth),
    problems.map(({ groundTruth }) => groundTruth),
  );
  const met = new Set(problems.map(({ question }) => question));
  const { problemAt } = secretNumbersTrain({ seed: 1, mix: [1, 2, 3] });
  for (let i = 0; i < 2000; i++) assert.ok(!met.has(problemAt(i).question));
});
