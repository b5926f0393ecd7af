import assert from "node:assert/strict";
import type { RunCodeInput, RunCodeResponse, Sandbox } from "../api.ts";
import { LocalSandbox } from "../local.ts";
import { Judge } from "./judge.ts";
import { liveCodeBenchProblem } from "./live_code_bench.ts";
import type { Submission } from "./problem.ts";

const stdio = (...tests: [string, string][]): Submission["problem"] => ({
  kind: "stdio",
  tests: tests.map(([stdin, stdout]) => ({ input: { stdin }, output: { stdout } })),
});

/** A checker in testlib's calling convention: any divisor of the input is right. */
const PYTHON_CHECKER = `
import sys
name, source, output, answer = sys.argv
n, words = int(open(source).read()), open(output).read().split()
if len(words) != 1: sys.stderr.write("wrong output format one number expected"); sys.exit(2)
if int(open(answer).read()) == 99: sys.exit(3)
sys.exit(0 if n % int(words[0]) == 0 else 1)
`;
const CPP_CHECKER = `
#include <fstream>
#include "helper.h"
int main(int argc, char* argv[]) {
  if (argc != 4) return FAIL;
  std::ifstream source(argv[1]), output(argv[2]);
  int n, d;
  source >> n;
  if (!(output >> d)) return 2;
  return n % d == 0 ? 0 : 1;
}
`;

Deno.test("programs judged by input and output", async (t) => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const judge = new Judge(sandbox);
  const verdicts = async (submission: Submission): Promise<string[]> =>
    (await judge.judge(submission)).tests.map((test) => test.verdict);

  await t.step("ends with the first failure, unless asked to run all", async () => {
    const problem = stdio(["1", "2"], ["2", "5"], ["3", "6"]);
    const submission = { problem, code: "print(2 * int(input()))", language: "python" };
    assert.deepEqual(await verdicts(submission), ["Accepted", "WrongAnswer"]);
    const all = await judge.judge({ ...submission, runAll: true });
    assert.deepEqual(all.tests.map((test) => test.passed), [true, false, true]);
    assert.equal(all.accepted, false);
    assert.equal(all.tests[1].message, 'line 1: expected "5", got "4"');
  });

  await t.step("says how a program failed", async () => {
    const problem = stdio(["", "1"]);
    const of = (code: string, language = "python") =>
      verdicts({ problem, code, language, limits: { runTimeout: 2 } });
    assert.deepEqual(await of("print(1"), ["RuntimeError"]);
    assert.deepEqual(await of("while True: pass"), ["TimeLimitExceeded"]);
    assert.deepEqual(await of("print(1); exit(3)"), ["RuntimeError"]);
    assert.deepEqual(await of("print('1' * (1 << 22))"), ["OutputLimitExceeded"]);
    assert.deepEqual(await of("int main() { return }", "cpp"), ["CompileError"]);
  });

  await t.step("files in and out", async () => {
    const problem: Submission["problem"] = {
      kind: "stdio",
      tests: [{ input: { "in.txt": "4" }, output: { "out.txt": "8" } }],
    };
    const code = "open('out.txt', 'w').write(str(2 * int(open('in.txt').read())))";
    assert.deepEqual(await verdicts({ problem, code, language: "python" }), ["Accepted"]);
    assert.deepEqual(await verdicts({ problem, code: "pass", language: "python" }), [
      "WrongAnswer",
    ]);
  });

  await t.step("special judges", async () => {
    const checkers = [
      { code: PYTHON_CHECKER, language: "python" },
      { code: CPP_CHECKER, language: "cpp", files: { "helper.h": "const int FAIL = 3;\n" } },
    ];
    for (const checker of checkers) {
      const tests = [{ input: { stdin: "12" }, output: { stdout: "3" } }];
      const problem = { kind: "stdio" as const, tests, checker };
      const of = (code: string) => verdicts({ problem, code, language: "python" });
      assert.deepEqual(await of("print(6)"), ["Accepted"], checker.language);
      assert.deepEqual(await of("print(5)"), ["WrongAnswer"], checker.language);
      assert.deepEqual(await of("print()"), ["WrongAnswer"], checker.language);
    }
  });

  await t.step("a checker that fails is not the program's fault", async () => {
    const checker = { code: PYTHON_CHECKER, language: "python" };
    const tests = [{ input: { stdin: "12" }, output: { stdout: "99" } }];
    const problem = { kind: "stdio" as const, tests, checker };
    const { tests: [test] } = await judge.judge({ problem, code: "print(5)", language: "python" });
    assert.equal(test.verdict, "JudgeError");
    assert.match(test.message, /the checker failed/);
  });

  await t.step("a program cannot leave something for its checker", async () => {
    const checker = { code: PYTHON_CHECKER, language: "python" };
    const tests = [{ input: { stdin: "12" }, output: { stdout: "3" } }];
    const problem = { kind: "stdio" as const, tests, checker };
    const code =
      "open('input.txt', 'w').write('5'); open('sys.py', 'w').write('raise SystemExit(0)'); print(5)";
    assert.deepEqual(await verdicts({ problem, code, language: "python" }), ["WrongAnswer"]);
  });

  await t.step("LiveCodeBench's call-based problems", async () => {
    const tests = JSON.stringify([
      { input: '[1, 2]\n"é\\u2028"', output: '[[1, 2], "é\\u2028"]' },
      { input: "[]\nnull", output: "[[], null]" },
    ]);
    const problem = await liveCodeBenchProblem(tests, "pair");
    const classes = "class Solution:\n    def pair(self, a: List[int], b): return (a, b)";
    const plain = "def pair(a, b): return [a, b]";
    const wrong = "def pair(a, b): return [b, a]";
    const of = (code: string) => verdicts({ problem, code, language: "python", runAll: true });
    assert.deepEqual(await of(classes), ["Accepted", "Accepted"]);
    assert.deepEqual(await of(plain), ["Accepted", "Accepted"]);
    assert.deepEqual(await of(wrong), ["WrongAnswer", "WrongAnswer"]);
  });

  await t.step("a second time from the cache", async () => {
    const submission = { problem: stdio(["1", "1"]), code: "print(1)", language: "python" };
    const first = await judge.judge(submission);
    assert.equal(await judge.judge(submission), first);
    assert.ok(judge.cache.hits > 0);
  });

  await t.step("stops when asked to", async () => {
    const abort = new AbortController();
    const submission = { problem: stdio(["", ""]), code: "while True: pass", language: "python" };
    const running = judge.judge(submission, abort.signal);
    setTimeout(() => abort.abort(new Error("enough")), 200);
    await assert.rejects(running, /enough/);
  });
});

/** A server that can only run programs. */
class PlainSandbox implements Sandbox {
  constructor(private readonly sandbox: Sandbox) {}
  runCode(request: RunCodeInput, signal?: AbortSignal): Promise<RunCodeResponse> {
    return this.sandbox.runCode(request, signal);
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}

Deno.test("assertions where programs cannot be talked to", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const judge = new Judge(new PlainSandbox(sandbox));
  const problem: Submission["problem"] = {
    kind: "assert",
    preamble: "import math\n",
    setup: ["def check(f): assert f(2) == 4"],
    tests: ["check(f)", "assert f(3) == 9"],
    names: [],
  };
  const of = async (code: string): Promise<string[]> => {
    const result = await judge.judge({ problem, code, language: "python", runAll: true });
    assert.equal(result.accepted, result.tests.length === 2 && result.tests.every((x) => x.passed));
    return result.tests.map((test) => test.verdict);
  };
  assert.deepEqual(await of("def f(x): return x * x"), ["Accepted", "Accepted"]);
  assert.deepEqual(await of("def f(x): return x + 2"), ["Accepted", "WrongAnswer"]);
  assert.deepEqual(await of("exit(0)"), ["RuntimeError"]);
  assert.deepEqual(await of("import os\nos._exit(0)"), ["RuntimeError"]);
  assert.deepEqual(await of("import os\ndef f(x): os._exit(0)"), ["RuntimeError"]);
  assert.deepEqual(await of('print(\'[0, "passed", ""]\\n\' * 3)\nexit(0)'), ["RuntimeError"]);
});

Deno.test("a fault of the sandbox is nobody's answer, and is not remembered", async () => {
  let runs = 0;
  const broken: Sandbox = {
    runCode: () => {
      runs++;
      const message = "out of order";
      const none = { compile_result: null, run_result: null, executor_pod_name: null, files: {} };
      return Promise.resolve({ ...none, status: "SandboxError", message });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const judge = new Judge(broken);
  const submission = { problem: stdio(["", ""]), code: "", language: "python" };
  for (const _ of [1, 2]) {
    const { accepted, tests } = await judge.judge(submission);
    assert.deepEqual([accepted, tests[0].verdict], [false, "JudgeError"]);
    assert.equal(tests[0].message, "out of order");
  }
  assert.equal(runs, 2);
});
