import assert from "node:assert/strict";
import type { Problem } from "../../sandbox/judge/problem.ts";
import type { JudgeResult, TestResult } from "../../sandbox/judge/verdict.ts";
import { Judge } from "../../sandbox/judge/judge.ts";
import { LocalSandbox } from "../../sandbox/local.ts";
import { Random } from "../seed.ts";
import { executionHint, tracebackHint } from "./hint.ts";

const stdio = (...tests: [string, string][]): Problem => ({
  kind: "stdio",
  tests: tests.map(([stdin, stdout]) => ({ input: { stdin }, output: { stdout } })),
});

function ran(verdict: TestResult["verdict"], stdout = "", stderr = ""): TestResult {
  return {
    passed: verdict === "Accepted",
    verdict,
    message: "",
    run: {
      status: "Success",
      message: "",
      compile_result: null,
      run_result: {
        status: "Finished",
        execution_time: 0,
        return_code: 0,
        stdout,
        stderr,
      },
      executor_pod_name: null,
      files: {},
    },
  };
}

const result = (...tests: TestResult[]): JudgeResult => ({
  accepted: tests.every((test) => test.passed),
  tests,
});

const hint = (problem: Problem, outcome: JudgeResult, seed = 1) =>
  executionHint(problem, outcome, new Random(seed));

Deno.test("hints follow the paper's rules, on examples worked by hand", () => {
  const two = stdio(["1 2\n", "3\n"], ["5 5", "10"]);
  const ok = ran("Accepted", "3");
  assert.match(hint(two, result(ok, ok)), /^The answer is correct\. Be brief and positive/);
  assert.equal(
    hint(two, result(ok, ran("WrongAnswer", "11\n"))),
    "The answer fails this test.\nInput:\n5 5\n\nExpected output:\n10\n\nActual output:\n11",
  );
  assert.match(hint(two, result(ran("TimeLimitExceeded"), ok)), /time limit/);
  assert.match(hint(two, result(ran("TimeLimitExceeded"), ran("WrongAnswer"))), /fresh start/);
});

Deno.test("a traceback is told at once, even where every test failed, but only when it comes up", () => {
  const two = stdio(["1", "2"], ["3", "4"]);
  const raised = ran(
    "RuntimeError",
    "",
    'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\n    print(1/0)\n          ~^~\nZeroDivisionError: division by zero\n',
  );
  const told =
    "This line of the answer\n```python\nprint(1/0)\n```\nraises ZeroDivisionError: division by zero";
  assert.equal(hint(two, result(raised, raised)), told);
  assert.equal(hint(two, result(ran("WrongAnswer", "9"), raised)), told);
});

Deno.test("long messages are dropped, and one of the others is drawn", () => {
  const three = stdio(["x".repeat(2000), "1"], ["2", "2"], ["3", "3"], ["4", "4"]);
  const bad = ran("WrongAnswer", "0"), ok = ran("Accepted");
  assert.match(hint(three, result(bad, ok, ok, ok)), /fresh start/);
  assert.match(hint(three, result(bad, bad, ok, ok)), /Input:\n2\n/);
  const drawn = new Set(
    Array.from({ length: 20 }, (_, seed) => hint(three, result(bad, bad, bad, ok), seed)),
  );
  assert.deepEqual([...drawn].map((text) => /Input:\n(\d)/.exec(text)![1]).sort(), ["2", "3"]);
});

Deno.test("assertions: correct, time limit, or the error", () => {
  const problem: Problem = { kind: "assert", preamble: "", setup: [], tests: ["a"], names: [] };
  assert.match(hint(problem, result(ran("Accepted"))), /is correct/);
  assert.match(hint(problem, result(ran("TimeLimitExceeded"))), /time limit/);
  assert.equal(
    hint(problem, result(ran("WrongAnswer", "", "AssertionError: 3\n"))),
    "The answer is wrong: its test ends with this error.\nAssertionError: 3",
  );
});

Deno.test("an error without its line is told alone", () => {
  assert.equal(tracebackHint("MemoryError"), null);
  assert.equal(
    tracebackHint("Traceback (most recent call last):\nMemoryError"),
    "The answer raises MemoryError",
  );
});

Deno.test("hints of real runs", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const judge = new Judge(sandbox);
  const told = async (problem: Problem, code: string) =>
    hint(problem, await judge.judge({ problem, code, language: "python", runAll: true }));
  const sum = stdio(["1 2", "3"], ["4 0", "4"]);
  const read = "a, b = map(int, input().split())\n";
  assert.match(await told(sum, `${read}print(a + b)`), /is correct/);
  assert.match(await told(sum, `${read}print(a - b)`), /Input:\n1 2[^]*Actual output:\n-1$/);
  assert.equal(
    await told(sum, `${read}print(a // b + 3)`),
    "This line of the answer\n```python\nprint(a // b + 3)\n```\n" +
      "raises ZeroDivisionError: integer division or modulo by zero",
  );
  const double: Problem = {
    kind: "assert",
    preamble: "",
    setup: [],
    tests: ["assert double(2) == 4"],
    names: [],
  };
  assert.match(await told(double, "def double(x): return x"), /assert double\(2\) == 4/);
});
