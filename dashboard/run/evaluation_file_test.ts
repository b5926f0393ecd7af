import assert from "node:assert/strict";
import { join } from "node:path";
import { evaluationText, madeCriticRun } from "../tests/made_critic_run.ts";
import { criticEvaluation } from "./evaluation_file.ts";
import { RunsFolder } from "./runs_folder.ts";

Deno.test("an evaluation of a critic is read; other files of that name are not", () => {
  const evaluation = criticEvaluation(evaluationText(), "eval");
  assert.equal(evaluation?.solutions, 8);
  assert.deepEqual(evaluation?.results[1].turns[3], {
    turn: 3,
    "pass@1": 0.625,
    delta_up: 0.375,
    delta_down: 0,
    timeout_rate: 0,
    discrimination: { f1_macro: 0.6 },
  });
  for (
    const text of [
      '{"benchmark":"aime24","n":30,"k":1,"pass@1":0.1}',
      '{"method":"ctrl:eval","results":{}}',
      '{"method":"ctrl:eval","results":[{"turns":[null]}]}',
      "null",
      "[]",
      "",
      "{",
    ]
  ) {
    assert.equal(criticEvaluation(text, ""), null, text);
  }
});

Deno.test("a critic's run is told from others; its groups are read, and evaluations in its folder", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await madeCriticRun(root, "critic", { steps: 20, programs: 2, critiques: 4 });
  await Deno.mkdir(join(root, "alone"));
  await Deno.writeTextFile(join(root, "alone", "results.json"), evaluationText());
  await Deno.mkdir(join(root, "other"));
  await Deno.writeTextFile(join(root, "other", "results.json"), '{"benchmark":"aime24"}');
  await Deno.mkdir(join(root, "sft"));
  await Deno.writeTextFile(
    join(root, "sft", "metrics.jsonl"),
    '{"step":0,"val/loss":2}\n{"step":1,"train/loss":1.5,"val/loss":1}\n',
  );
  const runs = new RunsFolder(root);
  const found = Object.fromEntries((await runs.list()).map((run) => [run.name, run]));
  assert.deepEqual(Object.keys(found).sort(), ["alone", "critic", "sft"]);
  assert.deepEqual(
    [found.critic.method, found.critic.evaluated, found.critic.passAt1.length],
    ["ctrl", true, 3],
  );
  assert.deepEqual(found.critic.warnings, [
    { level: "severe", headline: "every program is called Incorrect" },
  ]);
  assert.deepEqual([found.sft.method, found.sft.loss], ["sft", [[0, 2], [1, 1]]]);
  assert.deepEqual(
    [found.alone.method, found.alone.state, found.alone.passAt1.at(-1)],
    ["ctrl:eval", "finished", [3, 0.625]],
  );
  assert.equal((await runs.run("critic"))?.evaluations[0].folder, "eval");
  assert.equal((await runs.run("alone"))?.evaluations[0].folder, "");
  assert.deepEqual((await runs.step("critic", 1))?.[0], {
    id: "made:0",
    source: "made",
    question: "Write `largest(a, b)`, which returns the larger of $a$ and $b$.",
    outcomes: ["failed"],
    refined: ["passed", "failed", "failed", "no_program"],
    flat: false,
  });
  await Deno.remove(root, { recursive: true });
});
