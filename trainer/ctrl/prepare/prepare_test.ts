import assert from "node:assert/strict";
import { Execution } from "../execution.ts";
import { LocalSandbox } from "../../../sandbox/local.ts";
import { loadTasks } from "../tasks.ts";
import { rawRows, writePrepared } from "./files.ts";
import { prepare } from "./prepare.ts";
import { testsOf } from "./tests.ts";

const io = (inputs: unknown, outputs: unknown, fn_name?: string) =>
  JSON.stringify({ inputs, outputs, fn_name });

Deno.test("whole programs: lists, ' = ' and [] are skipped; a list of outputs is its first", () => {
  assert.deepEqual(
    testsOf(io(["1\n", "n = 5", "[] 2", ["3"], "4"], [["2\n"], "6", "", "4", "5"])),
    {
      functionName: null,
      tests: [
        { input: { stdin: "1\n" }, output: { stdout: "2\n" } },
        { input: { stdin: "4" }, output: { stdout: "5" } },
      ],
    },
  );
  assert.deepEqual(testsOf(""), { functionName: null, tests: [] });
});

Deno.test("functions: assertions in Python's own spelling, every digit kept", () => {
  const text =
    '{"fn_name": "f", "inputs": [[12345678901234567890, "a\\"é", [true, null]], "x", [{}]], ' +
    '"outputs": [[[1.50, false]], "y", []]}';
  assert.deepEqual(testsOf(text), {
    functionName: "f",
    tests: [
      'assert f(12345678901234567890, "a\\"\\u00e9", [True, None]) == [1.50, False]',
      "assert f({}) == []",
    ],
  });
});

const row = (question: string, input_output = io(["1"], ["2"]), more = {}) => ({
  values: { question, input_output, ...more },
});

Deno.test("every row is kept or dropped for one reason", () => {
  const raw = [
    row("long enough", undefined, { time_limit: "2.5 seconds" }),
    row("no tests", io(["n = 1"], ["2"])),
    row("see <image>"),
    row("a <span class=x>"),
    row("x"),
    row("y".repeat(3000)),
    row(" long enough\n"),
    row("from the benchmark"),
    row("call g(x) now", io([[1]], [[2]], "g")),
    row("call it now", io([[1]], [[2]], "g")),
    ...Array.from({ length: 30 }, (_, i) => row(`filler number ${i}`)),
    row("broken", "{"),
    { error: "line is cut" },
  ];
  const { rows, dropped, unreadable } = prepare(raw, {
    name: "taco",
    count: (text) => text.length + 60,
    excluded: new Set(["from the benchmark"]),
  });
  assert.deepEqual(dropped, {
    unreadable: 2,
    "no tests": 1,
    "markup in the text": 2,
    "too short": 1,
    "too long": 1,
    duplicate: 1,
    "in the excluded set": 1,
  });
  assert.deepEqual(unreadable.map(({ index }) => index), [40, 41]);
  assert.equal(rows.length, 33);
  assert.deepEqual(rows[0], {
    task_id: "taco/0",
    problem: "long enough",
    tests: '[{"input":{"stdin":"1"},"output":{"stdout":"2"}}]',
    fn_name: null,
    time_limit: 2.5,
  });
  assert.equal(rows[1].problem, "call g(x) now");
  assert.match(rows[2].problem, /^call it now\n\n[^]*```python\nassert g\(1\) == 2\n```$/);
});

Deno.test("more than 5% unreadable rows stop it; the message shows some", () => {
  const raw = [...Array.from({ length: 18 }, (_, i) => row(`text ${i}`)), { error: "cut" }];
  assert.throws(() => prepare(raw, { name: "x" }), /1 of 19 rows[^]*row 18: cut/);
  assert.equal(prepare([...raw, row("one more")], { name: "x" }).rows.length, 19);
});

Deno.test("JSONL with a broken line to Parquet to tasks to the sandbox", async () => {
  const folder = await Deno.makeTempDir();
  const contests = {
    description: "Print the number plus one.",
    public_tests: { input: ["1"], output: ["2"] },
    private_tests: { input: ["5"], output: ["6"] },
    time_limit: { seconds: 1, nanos: 500_000_000 },
  };
  const lines = [
    ...Array.from({ length: 19 }, (_, i) => JSON.stringify(row(`Task ${i}`).values)),
    '{"question": "cut',
    JSON.stringify(contests),
    JSON.stringify(row("Write it.", io([[3]], [[6]], "double")).values),
  ];
  await Deno.writeTextFile(`${folder}/in.jsonl`, lines.join("\n") + "\n");
  const { rows, unreadable } = prepare(await rawRows(`${folder}/in.jsonl`), { name: "in" });
  assert.deepEqual(unreadable.map(({ index }) => index), [19]);
  await writePrepared(`${folder}/out.parquet`, rows);
  const { tasks, dropped } = await loadTasks(`${folder}/out.parquet`);
  assert.deepEqual(dropped, []);
  assert.equal(tasks.length, 21);
  const [plusOne, double] = tasks.slice(-2);
  assert.deepEqual([plusOne.id, plusOne.seconds, plusOne.face], ["in/20", 1.5, "stdio"]);
  assert.deepEqual([double.seconds, double.face], [10, "functions"]);
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const execution = new Execution(sandbox);
  assert.equal((await execution.run(plusOne, "print(int(input()) + 1)")).verdict, "Accepted");
  assert.equal((await execution.run(double, "def double(x): return 2 * x")).verdict, "Accepted");
  assert.equal((await execution.run(double, "def double(x): return x")).verdict, "WrongAnswer");
});
