import assert from "node:assert/strict";
import type { RunCodeResponse, Sandbox } from "../../../sandbox/api.ts";
import { LocalSandbox } from "../../../sandbox/local.ts";
import { Interrupted } from "../../run/interrupted.ts";
import { Execution } from "../execution.ts";
import { Journal } from "../journal.ts";
import { SandboxGone } from "../patience.ts";
import { fenced } from "../prompts.ts";
import type { CodeTask } from "../tasks.ts";
import { ScriptedWriter } from "../testing/scripted_writer.ts";
import { clean, type CleanOptions } from "./clean.ts";
import { keyOf, type SynthesisRecord } from "./record.ts";
import { type SynthesisParts, synthesize } from "./synthesize.ts";

const tasks: CodeTask[] = ["double", "negate", "nothing"].map((word) => ({
  id: word,
  statement: `Read a number and ${word} it.`,
  problem: {
    kind: "stdio",
    tests: [2, 0].map((n) => ({
      input: { stdin: String(n) },
      output: { stdout: String(word === "negate" ? -n : 2 * n) },
    })),
  },
  face: "stdio",
  seconds: 5,
}));

/** Doubles whatever is asked for; negates once a critique has said so; says nothing to the last task. */
const models = () => ({
  generator: new ScriptedWriter((chat) => {
    if (chat[0].content.includes("nothing")) return "";
    const sign = chat.length > 1 && chat[2].content.includes("negate") ? "-" : "2 *";
    return fenced(`print(${sign} int(input()))`);
  }),
  critic: new ScriptedWriter(([{ content }]) =>
    content.includes("is correct")
      ? "Well done.\n\nOverall judgment: Correct"
      : `Analysis: ${
        /Expected output:\n(\S+)/.exec(content)?.[1]
      } is wanted: negate it.\n\nOverall judgment: Incorrect`
  ),
});

async function partsOf(
  sandbox: Sandbox,
  path: string,
  more: Partial<SynthesisParts> = {},
): Promise<SynthesisParts> {
  return {
    tasks,
    samples: 2,
    lot: 2,
    seed: 0,
    ...models(),
    execution: new Execution(sandbox, { attempts: 2, pauseMs: 1 }),
    journal: await Journal.open<SynthesisRecord>(path, keyOf),
    ...more,
  };
}

Deno.test("solutions, hints, critiques and revisions, all really run", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const path = `${await Deno.makeTempDir()}/solutions.jsonl`;
  const records = await synthesize(await partsOf(sandbox, path));
  const told = records.filter(({ sample }) => sample === 0);
  assert.deepEqual(
    told.map((r) => [r.task, r.passed, r.judgment, r.revised_passed, r.verdict]),
    [
      ["double", true, "Correct", true, "Accepted"],
      ["negate", false, "Incorrect", true, "WrongAnswer"],
      ["nothing", false, null, false, "NoProgram"],
    ],
  );
  // 0 doubled is 0 negated: one test passes, so that the other one is shown.
  assert.match(told[1].critique, /^Analysis: -2 is wanted/);
  assert.equal(told[2].hint, null);
});

Deno.test("a killed synthesis goes on at any row, and ends the same", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const folder = await Deno.makeTempDir();
  const whole = await synthesize(await partsOf(sandbox, `${folder}/whole.jsonl`));
  for (const lots of [0, 1, 2]) {
    const path = `${folder}/after-${lots}.jsonl`;
    let left = lots;
    const first = await partsOf(sandbox, path, { interrupted: () => left-- <= 0 });
    await assert.rejects(synthesize(first), Interrupted);
    await Deno.writeTextFile(path, '{"task": "dou', { append: true });
    assert.deepEqual(await synthesize(await partsOf(sandbox, path, { lot: 1 })), whole);
  }
});

Deno.test("a sandbox that goes away stops it; what was done stands and is gone on from", async () => {
  await using local = await LocalSandbox.create({ concurrency: 2 });
  let runs = 0;
  const leaving: Sandbox = {
    runCode: (request, signal) =>
      ++runs > 6
        ? Promise.resolve({ status: "SandboxError", message: "gone", files: {} } as RunCodeResponse)
        : local.runCode(request, signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const path = `${await Deno.makeTempDir()}/solutions.jsonl`;
  await assert.rejects(synthesize(await partsOf(leaving, path, { lot: 1 })), SandboxGone);
  const kept = (await Journal.open<SynthesisRecord>(path, keyOf)).values();
  assert.ok(kept.length > 0 && kept.length < 6, String(kept.length));
  const records = await synthesize(await partsOf(local, path));
  assert.equal(records.length, 6);
  assert.deepEqual(records.slice(0, kept.length), kept);
});

const options: CleanOptions = { keepFailed: true, balance: false, keepAll: true, seed: 0 };

const record = (n: number, more: Partial<SynthesisRecord> = {}): SynthesisRecord => ({
  task: "double",
  sample: n,
  code: "x",
  passed: false,
  verdict: "WrongAnswer",
  hint: "h",
  critique: `No. ${n}. Overall judgment: Incorrect`,
  judgment: "Incorrect",
  revised_passed: true,
  revised_verdict: "Accepted",
  ...more,
});

Deno.test("rows pair the prompt without the hint with the critique; every drop has its reason", () => {
  const records = [
    record(0),
    record(1, { critique: "The hint says so. Overall judgment: Incorrect" }),
    record(2, { critique: "Overall", judgment: null }),
    record(3, { critique: "", judgment: null }),
    record(4, { hint: null, critique: "", judgment: null }),
    record(5, { revised_passed: false }),
    record(6, { code: "y".repeat(3000) }),
    record(7, { task: "negate" }),
  ];
  const count = (prompt: readonly { content: string }[]) => prompt[0].content.length;
  const all = clean(records, tasks, { ...options, keepAll: false, keepFailed: false, count });
  assert.deepEqual(all.rows.map(({ task_id, response }) => [task_id, response.slice(0, 5)]), [
    ["double", "No. 0"],
    ["negate", "No. 7"],
  ]);
  assert.ok(all.rows.every(({ prompt }) => !/hint/i.test(prompt[0].content)));
  assert.deepEqual(all.dropped, {
    "no hint": 1,
    "no critique": 1,
    "no judgment": 1,
    "revision fails": 1,
    "mentions the hint": 1,
    "prompt too long": 1,
    balance: 0,
    "more than one a task": 0,
  });
  assert.equal(
    clean(records.slice(0, 1).concat(record(9)), tasks, { ...options, keepAll: false })
      .dropped["more than one a task"],
    1,
  );
});

Deno.test("balance: judgments as the solutions are, 1 right to 3 wrong", () => {
  const right = { passed: true, judgment: "Correct" as const };
  const judged = (correct: number, incorrect: number) => [
    ...Array.from({ length: correct }, (_, i) => record(i, right)),
    ...Array.from({ length: incorrect }, (_, i) => record(100 + i)),
  ];
  const kept = (records: SynthesisRecord[]) => {
    const { rows } = clean(records, tasks, { ...options, balance: true });
    const correct = rows.filter(({ response }) => !response.includes("Incorrect")).length;
    return [correct, rows.length - correct];
  };
  // 2 of 8 solutions right, yet all critiques of 2 more say Correct: 4 Correct to 4 Incorrect, so 1 Correct stays.
  const critique = "Overall judgment: Correct";
  const praised = judged(2, 6).map((r, i) =>
    i < 4 ? { ...r, judgment: "Correct" as const, critique } : r
  );
  assert.deepEqual(kept(praised), [1, 4]);
  // Nothing to do where they agree already, or where there is only one kind of solution.
  assert.deepEqual(kept(judged(2, 6).map((r, i) => i < 2 ? { ...r, critique } : r)), [2, 6]);
  assert.deepEqual(kept(judged(0, 5)), [0, 5]);
});
