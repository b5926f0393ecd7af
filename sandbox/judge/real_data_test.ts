/** Problems of public data sets, where their files are at hand. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { problemOf, type Row } from "../datasets/row.ts";
import { LocalSandbox } from "../local.ts";
import { difference } from "./compare.ts";
import { Judge } from "./judge.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/data/code/", import.meta.url));

function rowsOf(name: string): Row[] {
  const path = `${FOLDER}${name}.jsonl`;
  if (!existsSync(path)) {
    console.log(`Skipped: there is no ${path}`);
    return [];
  }
  return readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("CodeContests: each expected output passes its own check, a changed one does not", async () => {
  let tests = 0;
  for (const row of rowsOf("code_contests_samples")) {
    const problem = await problemOf(row);
    assert.ok(problem.kind === "stdio");
    for (const { output: { stdout } } of problem.tests) {
      tests++;
      assert.equal(difference(stdout, stdout), null);
      assert.equal(difference(`\n${stdout.toUpperCase().replaceAll("\n", " \r\n")}`, stdout), null);
      assert.notEqual(difference(stdout + "\n1", stdout), null);
      const lines = stdout.trim().split("\n");
      const changed = [...lines.slice(0, -1), `${lines.at(-1)}x`].join("\n");
      assert.notEqual(difference(changed, stdout), null, stdout);
    }
  }
  console.log(`  ${tests} outputs`);
});

Deno.test("CodeContests: a program that prints an expected output passes that test and no other", async () => {
  const rows = rowsOf("code_contests_samples").slice(0, 4);
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const judge = new Judge(sandbox, { parallel: 2 });
  for (const row of rows) {
    const problem = await problemOf(row);
    assert.ok(problem.kind === "stdio");
    const tests = problem.tests.slice(0, 6);
    const wanted = tests[0].output.stdout;
    const code = `import base64; print(base64.b64decode("${btoa(wanted)}").decode(), end="")`;
    const result = await judge.judge({
      problem: { ...problem, tests },
      code,
      language: "python",
      runAll: true,
    });
    const expected = tests.map((test) => difference(wanted, test.output.stdout) === null);
    assert.deepEqual(result.tests.map((test) => test.passed), expected);
  }
});

Deno.test("MBPP: the reference solutions pass, functions that return None do not", async () => {
  const rows = rowsOf("mbpp_samples").slice(0, 10);
  await using sandbox = await LocalSandbox.create({ concurrency: 4 });
  const judge = new Judge(sandbox, { conversations: 2 });
  await Promise.all(rows.map(async (row) => {
    const problem = await problemOf(row);
    const code = String(row.canonical_solution);
    const good = await judge.judge({ problem, code, language: "python" });
    assert.ok(good.accepted, JSON.stringify(good.tests.at(-1)));
    const name = /assert\s+\(?(\w+)\(/.exec((row.test_list as string[])[0])![1];
    const bad = await judge.judge({
      problem,
      code: `def ${name}(*args): return None`,
      language: "python",
    });
    assert.equal(bad.accepted, false);
  }));
});

Deno.test("LiveCodeBench: all rows decode, and programs are judged", async () => {
  const rows = rowsOf("live_code_bench_samples");
  if (rows.length === 0) return;
  await using sandbox = await LocalSandbox.create({ concurrency: 4 });
  const judge = new Judge(sandbox);
  const solutions: Record<string, string> = {
    "1": `
for _ in range(int(input())):
    print("YES" if sum(a != b for a, b in zip(input(), "abc")) in (0, 2) else "no")`,
    "10": `
class Solution:
    def countSeniors(self, details: List[str]) -> int:
        return sum(int(d[11:13]) > 60 for d in details)`,
  };
  for (const row of rows) {
    const problem = await problemOf(row);
    assert.ok(problem.tests.length > 1);
    const code = solutions[String(row.id)];
    if (!code) continue;
    const result = await judge.judge({ problem, code, language: "python" });
    assert.ok(result.accepted, JSON.stringify(result.tests.at(-1)));
    const exit = await judge.judge({
      problem,
      code: "import sys; sys.exit(0)",
      language: "python",
    });
    assert.equal(exit.accepted, false);
  }
});

Deno.test("assertions of the assert-style samples: a program that leaves or returns nothing fails", async () => {
  const rows = rowsOf("assert_oj_samples").slice(0, 8);
  await using sandbox = await LocalSandbox.create({ concurrency: 4 });
  const judge = new Judge(sandbox, { conversations: 2 });
  await Promise.all(rows.map(async (row) => {
    const problem = await problemOf(row);
    for (const code of ["exit(0)", "def solve(*a, **k): return None"]) {
      assert.equal((await judge.judge({ problem, code, language: "python" })).accepted, false);
    }
  }));
});
