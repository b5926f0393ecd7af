/** HumanEval's own solutions, and what is left of them without a body: for tests. */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { functionStart, problemOf } from "../datasets/row.ts";
import { LocalSandbox } from "../local.ts";
import { Judge } from "./judge.ts";

const PATH = fileURLToPath(new URL("../../../shared/data/code/humaneval.jsonl", import.meta.url));

/** Judges every `step`-th problem's solution, which must pass, and `return None`, which must not; how many. */
export async function checkHumanEval(step: number): Promise<number> {
  if (!existsSync(PATH)) {
    console.log(`Skipped: there is no ${PATH}`);
    return 0;
  }
  const rows = readFileSync(PATH, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const chosen = rows.filter((_, i) => i % step === 0);
  const parallel = availableParallelism();
  await using sandbox = await LocalSandbox.create({ concurrency: 2 * parallel });
  const judge = new Judge(sandbox, { conversations: parallel });
  await Promise.all(chosen.map(async (row) => {
    const problem = await problemOf(row);
    const head = row.prompt.slice(functionStart(row.prompt, row.entry_point));
    const of = (body: string) =>
      judge.judge({ problem, code: head + body, language: "python", limits: { runTimeout: 60 } });
    const good = await of(row.canonical_solution);
    assert.ok(good.accepted, `${row.task_id}: ${JSON.stringify(good.tests)}`);
    const broken = await of("    return None\n");
    assert.ok(!broken.accepted, `${row.task_id} passes with return None`);
    assert.ok(broken.tests.every((test) => test.verdict !== "JudgeError"), JSON.stringify(broken));
  }));
  return chosen.length;
}
