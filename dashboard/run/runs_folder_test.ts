import assert from "node:assert/strict";
import { join } from "node:path";
import { RunsFolder } from "./runs_folder.ts";

const PROBLEM = {
  id: "p1",
  source: "math",
  prompt: [{ role: "system", content: "Think." }, { role: "user", content: "What is 2 + 2?" }],
  ground_truth: "4",
  rollouts: [{ outcome: "different", reward: 0 }, { outcome: "equal", reward: 1 }],
  refinements: [{ outcome: "equal", of: 0, selected: true }],
  group: [{ refined: true, reward: 1, advantage: 0 }, { refined: false, reward: 1, advantage: 0 }],
};

async function folder(): Promise<{ runs: RunsFolder; root: string; run: string }> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const run = join(root, "first");
  await Deno.mkdir(join(run, "rollouts"), { recursive: true });
  await Deno.writeTextFile(
    join(run, "config.yaml"),
    "trainer:\n  seed: 7\n  total_training_steps: 2\nactor_rollout_ref:\n  rollout:\n    n_prefix: 0\n",
  );
  await Deno.writeTextFile(
    join(run, "metrics.jsonl"),
    '{"step":0,"val-core/pass@1":0.25}\n{"step":1,"actor/entropy":null,"note":"x"}\n{"step":2,"val-c',
  );
  await Deno.writeTextFile(
    join(run, "rollouts", "step-000001.jsonl"),
    JSON.stringify(PROBLEM) + "\n",
  );
  return { runs: new RunsFolder(root), root, run };
}

Deno.test("a run is told from its files while it trains, half a line and all", async () => {
  const { runs } = await folder();
  const [digest] = await runs.list();
  assert.deepEqual({ ...digest, written: 0 }, {
    name: "first",
    method: "grpo",
    seed: 7,
    step: 1,
    total: 2,
    state: "running",
    written: 0,
    passAt1: [[0, 0.25]],
    loss: [],
    evaluated: false,
    warnings: [],
  });
  const detail = await runs.run("first");
  assert.deepEqual(detail?.rolloutSteps, [1]);
  assert.equal(detail?.settings["trainer.seed"], "7");
});

Deno.test("a summary ends a run; one from before a resume does not", async () => {
  const { runs, run } = await folder();
  const metrics = join(run, "metrics.jsonl"), summary = join(run, "summary.json");
  await Deno.writeTextFile(metrics, '{"step":2}\n');
  await Deno.writeTextFile(summary, '{"method":"mine","seed":9,"steps":2}');
  assert.equal((await runs.list())[0].state, "finished");
  assert.equal((await runs.list())[0].method, "mine");
  await Deno.writeTextFile(metrics, '{"step":1}\n');
  const later = Date.now() / 1000 + 60;
  await Deno.utime(summary, later, later);
  assert.equal((await runs.list())[0].state, "stopped");
  await Deno.utime(summary, 1, 1);
  assert.equal((await runs.list())[0].state, "running");
  await Deno.utime(metrics, 2, 2);
  assert.equal((await runs.list())[0].state, "stopped");
  await Deno.remove(metrics);
  assert.equal((await runs.list())[0].state, "starting");
});

Deno.test("metrics come in parts, and anew where the file was replaced", async () => {
  const { runs, run } = await folder();
  const path = join(run, "metrics.jsonl");
  const first = (await runs.metrics("first"))!;
  assert.deepEqual(first.lines, [{ step: 0, "val-core/pass@1": 0.25 }, {
    step: 1,
    "actor/entropy": null,
  }]);
  assert.deepEqual((await runs.metrics("first", first))!.lines, []);
  await Deno.writeTextFile(path, 'ore/pass@1":1}\nnot json\n{"step":3}\n', { append: true });
  const second = (await runs.metrics("first", first))!;
  assert.deepEqual(second.lines, [{ step: 2, "val-core/pass@1": 1 }, { step: 3 }]);
  assert.equal(second.version, first.version);
  // As a run does that goes back to a checkpoint: a new file under the old name.
  await Deno.writeTextFile(`${path}.tmp`, '{"step":0}\n{"step":9}\n');
  await Deno.rename(`${path}.tmp`, path);
  const third = (await runs.metrics("first", second))!;
  assert.deepEqual(third.lines, [{ step: 0 }, { step: 9 }]);
  assert.notEqual(third.version, second.version);
});

Deno.test("the problems of a step, digested and whole", async () => {
  const { runs } = await folder();
  assert.deepEqual(await runs.step("first", 1), [{
    id: "p1",
    source: "math",
    question: "What is 2 + 2?",
    outcomes: ["different", "equal"],
    refined: ["equal"],
    flat: true,
  }]);
  assert.deepEqual(await runs.problem("first", 1, 0), PROBLEM);
  assert.equal(await runs.problem("first", 1, 1), null);
  assert.equal(await runs.step("first", 2), null);
});

Deno.test("no name and no link leads out of the folder", async () => {
  const { runs, root, run } = await folder();
  for (
    const name of ["..", ".", "", "first/rollouts", "..\\first", "first\0", ".lock", "nothing"]
  ) {
    assert.equal(await runs.run(name), null, name);
    assert.equal(await runs.metrics(name), null, name);
  }
  const outside = await Deno.makeTempDir();
  await Deno.writeTextFile(join(outside, "metrics.jsonl"), '{"step":1}\n');
  await Deno.writeTextFile(join(outside, "config.yaml"), "secret: 1\n");
  await Deno.symlink(outside, join(root, "link"));
  assert.equal(await runs.run("link"), null);
  assert.equal(await runs.metrics("link"), null);
  await Deno.remove(join(run, "config.yaml"));
  await Deno.symlink(join(outside, "config.yaml"), join(run, "config.yaml"));
  assert.deepEqual((await runs.run("first"))?.settings, {});
  assert.equal((await runs.list()).length, 1);
});
