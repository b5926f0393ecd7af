import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { LocalSandbox } from "../../sandbox/local.ts";
import { Execution } from "./execution.ts";
import { loadTasks, secondsOf, taskOf } from "./tasks.ts";

const tests = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ input: { stdin: `${i}` }, output: { stdout: `${i}` } }));

Deno.test("CodeContests: ten tests, public, private, generated; the limit with its nanoseconds", async () => {
  const cases = (from: number, n: number) => ({
    input: Array.from({ length: n }, (_, i) => String(from + i)),
    output: Array.from({ length: n }, (_, i) => String(from + i)),
  });
  const task = await taskOf({
    name: "1_A",
    description: "Echo.",
    public_tests: cases(0, 2),
    private_tests: cases(2, 3),
    generated_tests: cases(5, 90),
    time_limit: { seconds: 2, nanos: 0 },
  });
  assert.deepEqual([task.id, task.seconds, task.face], ["1_A", 2, "stdio"]);
  assert.deepEqual(task.problem.tests, tests(10));
  const short = await taskOf({ id: 3, content: "Echo.", test: JSON.stringify(tests(12)) });
  assert.deepEqual([short.problem.tests.length, short.seconds], [10, 10]);
});

Deno.test("LiveCodeBench: the private tests, all of them; MBPP+: the long test, the first one in the prompt", async () => {
  const cases = (n: number) =>
    JSON.stringify(
      tests(n).map((t) => ({
        input: t.input.stdin,
        output: t.output.stdout,
      })),
    );
  const live = await taskOf({
    question_id: "abc",
    question_content: "Echo.",
    public_test_cases: cases(3),
    private_test_cases: cases(14),
  });
  assert.deepEqual(live.problem.tests, tests(14));
  const called = await taskOf({
    question_id: "xyz",
    question_content: "Double it.",
    starter_code: "class Solution:\n    def double(self, x: int) -> int:\n        ",
    private_test_cases: JSON.stringify([{ input: "3", output: "6" }]),
    metadata: '{"func_name": "double"}',
  });
  // Nothing else says what the tests will call.
  assert.match(
    called.statement,
    /^Double it\.\n\nFill in[^]*def double\(self, x: int\) -> int:\n```$/,
  );
  assert.equal(called.face, "functions");
  const plus = await taskOf({
    task_id: 2,
    prompt: "Write a function that doubles.",
    code: "def double(x): return 2 * x",
    test_imports: [],
    test_list: ["assert double(1) == 2"],
    test: "for x in range(50):\n    assert double(x) == 2 * x",
  });
  assert.match(plus.statement, /assert double\(1\) == 2/);
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const execution = new Execution(sandbox);
  const verdict = async (code: string) => (await execution.run(plus, code)).verdict;
  assert.equal(await verdict("def double(x): return x + x"), "Accepted");
  assert.equal(await verdict("def double(x): return min(2 * x, 80)"), "WrongAnswer");
});

Deno.test("rows without tests are left out with the reason; a file of nothing else is an error", async () => {
  const path = `${await Deno.makeTempDir()}/tasks.jsonl`;
  const write = (...rows: object[]) =>
    Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  const good = { id: 1, content: "Echo.", test: tests(1) };
  await write(good, { id: 2, content: "Echo.", test: [] }, { id: 3, content: "Echo." });
  const { tasks, dropped } = await loadTasks(path);
  assert.deepEqual(tasks.map(({ id }) => id), ["1"]);
  assert.deepEqual(dropped.map(({ at }) => at), [`${path}, line 2`, `${path}, line 3`]);
  await write({ id: 2, content: "Echo.", test: [] });
  await assert.rejects(loadTasks(path), /none of its rows is a task/);
  await write(good, good);
  await assert.rejects(loadTasks(path), /line 2: there is a task 1 before it/);
});

Deno.test("a time limit is the first number", () => {
  const limits: [unknown, number | null][] = [
    ["2.0 seconds", 2],
    [".5", 0.5],
    ["1 to 3", 1],
    [3, 3],
    ["", null],
    ["0", null],
    [null, null],
    [undefined, null],
  ];
  for (const [limit, seconds] of limits) assert.equal(secondsOf(limit), seconds, String(limit));
});

Deno.test("the sandbox's samples are tasks", async () => {
  const folder = fileURLToPath(new URL("../../../shared/data/code/", import.meta.url));
  for (
    const [name, count] of [
      ["mbpp_samples", 20],
      ["live_code_bench_samples", 3],
      ["code_contests_samples", 20],
      ["humaneval", 164],
    ] as const
  ) {
    const path = `${folder}${name}.jsonl`;
    const loaded = await loadTasks(path).catch((error) => {
      if (!/no such file/.test(error.message)) throw error;
      console.log(`Skipped: ${error.message}`);
    });
    if (loaded) assert.deepEqual([loaded.tasks.length, loaded.dropped], [count, []]);
  }
});
