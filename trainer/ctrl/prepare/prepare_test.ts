import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
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

Deno.test("what JSON has spoilt: dictionaries of numbers, texts in quotes of their own, the object itself", () => {
  const { tests } = testsOf(io([[{ 1: "a" }, '"b"']], [{ "-2": ['"c"', 'say "hi"'] }], "f"));
  assert.deepEqual(tests, ['assert f({1: "a"}, "b") == {-2: ["c", "say \\"hi\\""]}']);
  assert.deepEqual(testsOf(JSON.parse(io([[1.5, { a: 2 }]], [[3]], "f"))), {
    functionName: "f",
    tests: ['assert f(1.5, {"a": 2}) == 3'],
  });
  assert.deepEqual(testsOf({ inputs: ["1"], outputs: ["2"] }).tests.length, 1);
});

const row = (question: string, input_output: unknown = io(["1"], ["2"]), more = {}) => ({
  values: { question, input_output, ...more },
});

/** As rows of one file. */
const named = (name: string, rows: ({ values: Record<string, unknown> } | { error: string })[]) =>
  rows.map((row, i) => ({ id: `${name}/${i}`, ...row }));

Deno.test("every row is kept or dropped for one reason", async () => {
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
  const { rows, dropped, unreadable, total } = await prepare(named("taco", raw), {
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
  assert.deepEqual(unreadable.map(({ id }) => id), ["taco/40", "taco/41"]);
  assert.deepEqual([rows.length, total], [33, 42]);
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

Deno.test("more than 5% unreadable rows stop it; the message shows some", async () => {
  const raw = [...Array.from({ length: 18 }, (_, i) => row(`text ${i}`)), { error: "cut" }];
  await assert.rejects(prepare(named("x", raw), {}), /1 of 19 rows[^]*row x\/18: cut/);
  assert.equal((await prepare(named("x", [...raw, row("one more")]), {})).rows.length, 19);
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
  const { rows, unreadable } = await prepare(rawRows([`${folder}/in.jsonl`]), {});
  assert.deepEqual(unreadable.map(({ id }) => id), ["in/19"]);
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

Deno.test("several files, as the hub has them: broken bytes hide one row, a duplicate is found across files", async () => {
  const folder = await Deno.makeTempDir();
  const line = (question: string) => JSON.stringify(row(question).values) + "\n";
  const broken = new Uint8Array([
    ...new TextEncoder().encode('{"question": "'),
    0xff,
    0x22,
    0x7d,
    0x0a,
  ]);
  const texts = Array.from({ length: 30 }, (_, i) => line(`Übung ${i}`)).join("\r\n");
  await Deno.writeFile(`${folder}/a.jsonl`, broken);
  await Deno.writeTextFile(`${folder}/a.jsonl`, `\n${texts}`, { append: true });
  const raw = [{ id: "", ...row("Übung 3", undefined, { solutions: "[]" }) }, {
    id: "",
    ...row("new"),
  }];
  const column = (name: string) => ({
    name,
    data: raw.map(({ values }) => values[name as "question"]),
  });
  await Deno.writeFile(
    `${folder}/b.parquet`,
    new Uint8Array(parquetWriteBuffer({ columnData: ["question", "input_output"].map(column) })),
  );
  const paths = [`${folder}/a.jsonl`, `${folder}/b.parquet`];
  const { rows, unreadable, dropped } = await prepare(rawRows(paths), {});
  assert.deepEqual(unreadable, [{ id: "a/0", why: "it is not UTF-8 text" }]);
  assert.deepEqual([rows.length, rows[0].problem, rows[30].task_id], [31, "Übung 0", "b/1"]);
  assert.equal(dropped.duplicate, 1);
  await assert.rejects(
    prepare(rawRows([`${folder}/c.jsonl`]), {}),
    /Cannot read .*c\.jsonl: there is no such file/,
  );
  await assert.rejects(prepare(rawRows([`${folder}/c.csv`]), {}), /must end in \.parquet/);
});

Deno.test("CodeContests: ten tests at most, also where a file holds them as texts", async () => {
  const cases = (n: number) => ({ input: Array(n).fill("1"), output: Array(n).fill("2") });
  const values = {
    description: "Echo.",
    public_tests: JSON.stringify(cases(2)),
    private_tests: cases(30),
  };
  const { rows: [task] } = await prepare([{ id: "x/0", values }], {});
  assert.equal(JSON.parse(task.tests).length, 10);
});
