import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { LocalSandbox } from "../../../sandbox/local.ts";
import { readRows } from "../../data/rows.ts";
import type { Message } from "../../data/problem.ts";
import { Execution } from "../execution.ts";
import { Interrupted } from "../../run/interrupted.ts";
import { Journal } from "../journal.ts";
import { fenced } from "../prompts.ts";
import { type CodeTask, loadTasks } from "../tasks.ts";
import { ScriptedWriter } from "../testing/scripted_writer.ts";
import { modelCritic } from "./critics.ts";
import { evaluate, methodsOf } from "./evaluate.ts";
import { turnMetrics } from "./metrics.ts";
import { keyOf, type SolutionRecord } from "./record.ts";
import { criticiseAndRevise, type EvalParts, initialSolutions } from "./turns.ts";

/** A program that passes a task, and one that does not. */
type Solutions = (task: CodeTask) => { right: string; wrong: string };

/** For programs that are given their tests' inputs: the outputs by heart. */
const byHeart: Solutions = ({ problem }) => {
  assert.equal(problem.kind, "stdio");
  const answers = problem.tests.map(({ input, output }) => [input.stdin, output.stdout]);
  const right = `import json, sys\nsys.stdout.write(dict(json.loads(${
    JSON.stringify(JSON.stringify(answers)).replace(
      /[\u007f-\uffff]/g,
      (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
    )
  }))[sys.stdin.read()])`;
  return { right, wrong: "print('no idea')" };
};

/**
 * By a task's place: 0 right and left alone; 1 right, broken, mended; 2 wrong, mended; 3 wrong, and stays so. So pass@1
 * is 1/2, 1/2, 3/4; Δ↑ 0, 1/4, 1/4; Δ↓ 0, 1/4, 0.
 */
function script(tasks: readonly CodeTask[], solutions: Solutions) {
  const placeOf = (chat: readonly Message[]) =>
    tasks.findIndex(({ statement }) => chat[0].content.includes(statement.trim()));
  const generator = new ScriptedWriter((chat) => {
    const place = placeOf(chat), { right, wrong } = solutions(tasks[place]);
    const is = (code: string) => chat[1]?.content === fenced(code);
    const good = chat.length === 1 ? place % 4 < 2 : place % 4 === 1 ? is(wrong) : place % 4 === 2;
    return `Here it is.\n${fenced(good ? right : wrong)}`;
  });
  const critic = new ScriptedWriter((chat) =>
    `Analysis: none\n\nOverall judgment: ${placeOf(chat) % 4 === 0 ? "Correct" : "Incorrect"}`
  );
  return { generator, critic };
}

async function partsOf(
  tasks: CodeTask[],
  sandbox: LocalSandbox,
  more: Partial<EvalParts> & Pick<EvalParts, "generator">,
): Promise<EvalParts> {
  const folder = await Deno.makeTempDir();
  return {
    tasks,
    samples: 1,
    turns: 2,
    stop: true,
    lot: 8,
    seed: 0,
    execution: new Execution(sandbox),
    journal: await Journal.open<SolutionRecord>(`${folder}/solutions.jsonl`, keyOf),
    ...more,
  };
}

async function check(tasks: CodeTask[], solutions: Solutions): Promise<void> {
  assert.equal(tasks.length % 4, 0);
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const { generator, critic } = script(tasks, solutions);
  const parts = await partsOf(tasks, sandbox, { generator });
  const initial = await initialSolutions(parts);
  const turns = turnMetrics(
    await criticiseAndRevise(parts, "critic", modelCritic(critic, 1), initial),
  );
  const failing = (await initialSolutions(parts)).filter((r, i) => r.passed !== i % 4 < 2);
  assert.deepEqual(failing.map(({ task, verdict }) => `${task} ${verdict}`), []);
  assert.deepEqual(
    turns.map((turn) => [turn["pass@1"], turn.delta_up, turn.delta_down]),
    [[0.5, 0, 0], [0.5, 0.25, 0.25], [0.75, 0.25, 0]],
  );
  // Of the first turn's: right ones called Correct 1 of 2, wrong ones Incorrect 2 of 2.
  assert.equal(turns[1].discrimination?.f1_passed, 2 / 3);
  assert.equal(turns[1].discrimination?.f1_failed, 4 / 5);
}

const sums: CodeTask[] = Array.from({ length: 8 }, (_, i) => ({
  id: `sum ${i}`,
  statement: `Read a number and print it plus ${i + 1}.`,
  problem: {
    kind: "stdio",
    tests: [1, 20].map((n) => ({
      input: { stdin: `${n}\n` },
      output: { stdout: `${n + i + 1}\n` },
    })),
  },
  face: "stdio",
  seconds: 5,
}));

Deno.test("a scripted generator: Δ↑ and Δ↓ are exactly what the script implies", async () => {
  await check(sums, byHeart);
});

const DATA = fileURLToPath(new URL("../../../../shared/data/code/", import.meta.url));

/** Whether the data is there; says why a test is skipped where not. */
function hasData(): boolean {
  try {
    return Deno.statSync(DATA).isDirectory;
  } catch {
    console.log(`Skipped: there is no ${DATA}`);
    return false;
  }
}

Deno.test("the same on the CodeContests samples", async () => {
  if (!hasData()) return;
  const { tasks } = await loadTasks(`${DATA}code_contests_samples.jsonl`);
  assert.equal(tasks.length, 20);
  await check(tasks, byHeart);
});

Deno.test("the same on HumanEval", async () => {
  if (!hasData()) return;
  const rows = await readRows(`${DATA}humaneval.jsonl`);
  const { tasks } = await loadTasks(`${DATA}humaneval.jsonl`);
  assert.equal(tasks.length, 164);
  const byId = new Map(rows.map(({ values }) => [values.task_id, values]));
  await check(tasks.slice(0, 24), ({ id }) => {
    const { prompt, canonical_solution, entry_point } = byId.get(id)!;
    return { right: `${prompt}${canonical_solution}`, wrong: `def ${entry_point}(*_): pass` };
  });
});

Deno.test("a killed evaluation goes on where it was, and ends the same", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const folder = await Deno.makeTempDir();
  const run = async (path: string, lots: number) => {
    const { generator, critic } = script(sums, byHeart);
    const journal = await Journal.open<SolutionRecord>(path, keyOf);
    let left = lots;
    const interrupted = () => left-- <= 0;
    const parts = await partsOf(sums, sandbox, { generator, journal, lot: 3, interrupted });
    const methods = methodsOf(parts, { critic, votes: 1 });
    const results = await evaluate(folder, parts, methods).catch((error) => {
      if (error instanceof Interrupted) return null;
      throw error;
    });
    return { results, calls: generator.calls + critic.calls };
  };
  const whole = await run(`${folder}/whole.jsonl`, Infinity);
  assert.deepEqual(whole.results?.map(({ method }) => method), [
    "execution-feedback",
    "self-critique",
    "critic",
  ]);
  const path = `${folder}/parts.jsonl`;
  const first = await run(path, 5);
  assert.equal(first.results, null);
  await Deno.writeTextFile(path, '{"method":"cri', { append: true });
  const rest = await run(path, Infinity);
  assert.deepEqual(rest.results, whole.results);
  assert.equal(first.calls + rest.calls, whole.calls);
  const svg = await Deno.readTextFile(`${folder}/turns.svg`);
  assert.ok(svg.startsWith("<svg") && svg.includes("Pass@1") && svg.includes("Δ↓"));
  assert.equal((await run(path, Infinity)).calls, 0);
});

Deno.test("answers that bring nothing are counted, and never improve a solution", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const generator = new ScriptedWriter((chat) =>
    chat.length > 1 ? (chat[0].content.includes("plus 1.") ? null : "") : "no fence here"
  );
  const parts = await partsOf(sums.slice(0, 2), sandbox, { generator, turns: 1 });
  const initial = await initialSolutions(parts);
  assert.deepEqual(initial.map(({ verdict }) => verdict), ["NoProgram", "NoProgram"]);
  const metrics = async (answer: string | null) =>
    turnMetrics(
      await criticiseAndRevise(
        parts,
        `says ${answer}`,
        modelCritic(new ScriptedWriter(() => answer), 1),
        initial,
      ),
    )[1];
  const muddled = await metrics("It may be right.");
  assert.deepEqual(muddled.counts, { no_judgment: 2, no_program: 2, faults: 1 });
  assert.deepEqual((await metrics("")).counts, { no_judgment: 2, no_program: 2, faults: 2 });
  assert.deepEqual((await metrics(null)).counts, { no_judgment: 2, no_program: 2, faults: 2 });
});

Deno.test("with several critiques the majority judges, and one that agrees is read", async () => {
  const [task] = sums;
  let n = 0;
  const critic = modelCritic(
    new ScriptedWriter(() => `${++n}. Overall judgment: ${n % 3 === 1 ? "Correct" : "Incorrect"}`),
    3,
  );
  assert.deepEqual(await critic([{ task, code: "x", seed: 1 }]), [
    { critique: "2. Overall judgment: Incorrect", judgment: "Incorrect" },
  ]);
});
