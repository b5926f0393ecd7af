import assert from "node:assert/strict";
import { LocalSandbox } from "../../sandbox/local.ts";
import { Execution } from "./execution.ts";
import { JudgeRunner } from "./judge_runner.ts";
import type { CodeTask } from "./tasks.ts";

const twice: CodeTask = {
  id: "twice",
  statement: "Read a number and print it twice.",
  problem: {
    kind: "stdio",
    tests: [
      { input: { stdin: "1" }, output: { stdout: "1\n1" } },
      { input: { stdin: "2" }, output: { stdout: "2\n2" } },
    ],
  },
  face: "stdio",
  seconds: 5,
};

Deno.test("what the tests found is told test by test, shortened", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const runner = new JudgeRunner(new Execution(sandbox), 2, false);
  const codes = [
    "n = input()\nprint(n)\nprint(n)",
    "print('1\\n1')",
    "print('1\\n1' if input() == '1' else '\\u202e' * 100_000)",
    "raise ValueError('x' * 10_000)",
    "",
  ];
  const [right, once, long, raised, none] = await runner.run(
    codes.map((code) => ({ code, tests: twice })),
  );
  assert.deepEqual([right.passed, right.ran, right.failures], [true, 2, []]);
  assert.deepEqual([once.ran, once.failures.length, once.failures[0].test], [2, 1, 1]);
  assert.equal(once.failures[0].got, "1\n1\n");
  assert.match(once.failures[0].message, /^WrongAnswer: line 1: expected "2", got "1"/);
  assert.ok(long.failures[0].got!.length <= 301 && long.failures[0].got!.endsWith("…"));
  assert.deepEqual([raised.ran, raised.failures[0].got], [1, null]);
  assert.match(raised.failures[0].message, /^RuntimeError: /);
  assert.ok(raised.failures[0].message.length < 350);
  assert.deepEqual([none.ran, none.failures], [0, []]);
  assert.deepEqual(runner.describe(twice)[1], { input: "2", expected: "2\n2" });
});
