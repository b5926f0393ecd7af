import assert from "node:assert/strict";
import { loadConfig } from "../config.ts";
import { Execution } from "./execution.ts";
import { JudgeRunner } from "./judge_runner.ts";
import { programsOnly } from "./programs_only.ts";
import { fenced } from "./prompts.ts";
import { LocalSandbox } from "../../sandbox/local.ts";
import { taskStates } from "./task_states.ts";
import type { CodeTask } from "./tasks.ts";
import { ScriptedWriter } from "./testing/scripted_writer.ts";
import { microTokenizer } from "./world/tokenizer_files.ts";

/** Tasks of two files that happen to have the same name. */
const tasks: CodeTask[] = [1, 2].map((n) => ({
  id: "1",
  statement: `Print ${n}.`,
  problem: { kind: "stdio", tests: [{ input: { stdin: "" }, output: { stdout: String(n) } }] },
  face: "stdio",
  seconds: 5,
}));

const config = loadConfig({
  files: ["configs/ctrl_rl.yaml"],
  overrides: [
    "data.train_files=tasks.jsonl",
    "actor_rollout_ref.model.path=critic",
    "data.train_batch_size=4",
    "actor_rollout_ref.actor.ppo_mini_batch_size=4",
    "ctrl.solutions=2",
    "ctrl.generator.base_url=http://127.0.0.1:9/v1",
    "ctrl.generator.model=scripted",
    "trainer.total_training_steps=2",
  ],
});

/** Prints 1 whatever is asked for, and talks about it; every third answer has no program. */
const talker = () => {
  let n = 0;
  return new ScriptedWriter(() =>
    n++ % 3 === 2 ? "I would rather not." : "Sure!\n```\nprint(1)\n```\nDone."
  );
};

Deno.test("solutions are shown as programs alone, run by their own task's tests, and drawn a step ahead", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 2 });
  const runner = new JudgeRunner(new Execution(sandbox), 2, false);
  const writer = talker();
  const parts = {
    config,
    tokenizer: microTokenizer("critic"),
    generator: programsOnly(writer),
    runner,
    heldOutIn: `${await Deno.makeTempDir()}/held_out.jsonl`,
  };
  const states = await taskStates(parts, tasks, tasks);
  assert.equal(writer.calls, 2);
  assert.deepEqual(states.heldOut.map(({ passed }) => passed), [true, false]);
  const first = await states.batchAt(0);
  assert.equal(first.states.length + first.metrics!["ctrl/solutions_without_program"], 4);
  assert.ok(first.states.every(({ solution }) => solution === fenced("print(1)")));
  assert.ok(first.states.every(({ passed, problem }) => passed === (problem === "Print 1.")));
  assert.equal(writer.calls, 10, "the next step's are under way");
  assert.ok((await states.batchAt(1)).states.length > 0);
  assert.equal(writer.calls, 10, "after the last step there is none");
  // A resumed run is measured by the same solutions.
  const again = await taskStates(parts, tasks, tasks);
  assert.equal(writer.calls, 10);
  assert.deepEqual(again.heldOut, states.heldOut);
});
