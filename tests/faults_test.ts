/** What can go wrong with a run, and what its user is told: one sentence that says what, where and what to do. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import {
  Command,
  type Ended,
  into,
  metricsOf,
  run,
  SMALL,
  type StartOptions,
  temporaryFolder,
} from "./command_line.ts";
import { CritiqueServer } from "./critique_server.ts";
import { builtinFolder } from "./model_folder.ts";

const LINUX_ROOT = Deno.build.os === "linux" && Deno.uid() === 0;

/** Runs to an error, and checks how it is told. */
async function fails(
  args: readonly string[],
  told: RegExp,
  options?: StartOptions,
): Promise<Ended> {
  const ended = await run(args, options);
  assert.equal(ended.code, 1, ended.stdout + ended.stderr);
  assert.match(ended.stderr, told);
  assert.doesNotMatch(ended.stderr, /^\s+at |\.ts:\d/m, "a stack trace");
  return ended;
}

/** Runs to the end. */
async function succeeds(args: readonly string[]): Promise<Ended> {
  const ended = await run(args);
  assert.equal(ended.code, 0, ended.stderr);
  return ended;
}

function test(name: string, run: (folder: string) => Promise<void>, unless = ""): void {
  Deno.test({
    name: unless ? `${name} (skipped: ${unless})` : name,
    ignore: unless !== "",
    async fn() {
      await using folder = await temporaryFolder();
      await run(folder.path);
    },
  });
}

test("a truncated checkpoint: the one before it is used, and the run says so", async (folder) => {
  const args = [...SMALL, into(folder)];
  await succeeds([...args, "trainer.total_training_steps=4"]);
  const weights = join(folder, "checkpoints", "step-000004", "model.safetensors");
  await Deno.truncate(weights, 1000);
  const { stdout, stderr } = await succeeds([...args, "trainer.total_training_steps=4"]);
  assert.match(
    stderr,
    /Cannot use the checkpoint .*step-000004: model\.safetensors has 1000 bytes, it was saved with \d+\. Trying an older one/,
  );
  assert.match(stdout, /Going on from step 2 /);
  assert.ok((await Deno.stat(weights)).size > 1000);
});

test("no checkpoint that can be used: nothing is deleted", async (folder) => {
  const args = [...SMALL, into(folder)];
  await succeeds([...args, "trainer.total_training_steps=1"]);
  for (const { name } of Deno.readDirSync(join(folder, "checkpoints"))) {
    await Deno.truncate(join(folder, "checkpoints", name, "model.safetensors"), 1000);
  }
  await fails(
    args,
    /None of the checkpoints in .* can be used, and starting over would delete what the run has written\. Set trainer\.experiment_name to another name, or remove them/,
  );
  assert.equal((await metricsOf(folder)).length, 2);
});

test(
  "a full disk: the run says how much is missing, and keeps the checkpoint before",
  async (folder) => {
    const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "emend-test", folder]);
    if (mount.status !== 0) return console.log(`skipped: no tmpfs here (${mount.stderr})`);
    try {
      await fails(
        [...SMALL, into(join(folder, "run"))],
        /Cannot save the checkpoint .*step-000002: the disk is full\. It needs more than [\d,]+ bytes, [1-9][\d,]* are free\. Free some space.* The checkpoint step-000000 is intact/,
      );
      assert.equal(await Deno.readTextFile(join(folder, "run", "latest")), "step-000000\n");
    } finally {
      assert.equal(spawnSync("umount", [folder]).status, 0);
    }
  },
  LINUX_ROOT ? "" : "only root on Linux can mount a tiny disk",
);

test(
  "a folder that cannot be written",
  async (folder) => {
    await Deno.chmod(folder, 0o555);
    // Root may write anywhere, unless the capability is taken from it.
    const caps = "-dac_override,-dac_read_search";
    const before = LINUX_ROOT ? ["setpriv", `--bounding-set=${caps}`, "--inh-caps=-all"] : [];
    await fails(
      [...SMALL, into(join(folder, "run"))],
      /Cannot write .*run: permission denied\. Make the folder writable, or set trainer\.default_local_dir/,
      { before },
    );
    await Deno.chmod(folder, 0o755);
  },
  Deno.build.os === "windows"
    ? "Windows has other permissions"
    : Deno.uid() === 0 && spawnSync("setpriv", ["--version"]).status !== 0
    ? "root without setpriv may write anywhere"
    : "",
);

test("a second process in the same folder", async (folder) => {
  const first = new Command([...SMALL, "trainer.total_training_steps=500", into(folder)]);
  try {
    await first.printed(/parameters/);
    await fails(
      [...SMALL, into(folder)],
      /Cannot train in .*: another process is training there\. Wait for it, or set trainer\.default_local_dir/,
    );
  } finally {
    first.kill("SIGKILL");
    await first.ended;
  }
});

test("another seed than the run in the folder has", async (folder) => {
  await succeeds([...SMALL, "trainer.total_training_steps=1", into(folder)]);
  await fails(
    [...SMALL, "trainer.seed=5", into(folder)],
    /holds a run with trainer\.seed=0, not 5\. Set trainer\.experiment_name to another name/,
  );
});

/** Arguments to train the built-in model from its folder on these rows. */
async function onRows(folder: string, rows: readonly object[]): Promise<string[]> {
  const data = join(folder, "train.jsonl");
  await Deno.writeTextFile(data, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  const model = await builtinFolder(join(folder, "model"));
  return [
    `data.train_files=${data}`,
    `actor_rollout_ref.model.path=${model}`,
    "data.max_prompt_length=64",
    "data.max_response_length=16",
    "data.train_batch_size=4",
    "actor_rollout_ref.rollout.critique.max_tokens=32",
    into(join(folder, "run")),
  ];
}

test("data without the column: the message names those that are there", async (folder) => {
  await fails(
    await onRows(folder, [{ question: "3 plus 4", answer: "7" }]),
    /Cannot read column "prompt" in .*train\.jsonl, line 1: it has question, answer\. Set data\.prompt_key=question/,
  );
});

test("a gold answer that cannot be parsed: row, column and the way out", async (folder) => {
  const rows = [{ prompt: "3 plus 4", ground_truth: "7" }, { prompt: "4", ground_truth: "}{" }];
  await fails(
    await onRows(folder, rows),
    /Cannot verify against 1 gold answer:\n.*train\.jsonl, line 2, column "ground_truth": "}{": its braces do not match\nCorrect them, or set data\.unparsable_gold=drop/,
  );
});

test("a gold answer that is compared as text need not be mathematics", async (folder) => {
  const args = await onRows(folder, Array(4).fill({ prompt: "4", ground_truth: "}{" }));
  const { stderr } = await succeeds([
    ...args,
    "reward.use_math_verify=false",
    "trainer.total_training_steps=1",
    "actor_rollout_ref.rollout.n=2",
    "actor_rollout_ref.rollout.critique_type=simple", // the tiny tokenizer has no braces
  ]);
  assert.equal(stderr, "");
});

test("an empty file, and one that is not there", async (folder) => {
  const args = await onRows(folder, []);
  await fails(args, /Cannot use .*train\.jsonl: it has no rows/);
  await Deno.remove(join(folder, "train.jsonl"));
  await fails(args, /Cannot read .*train\.jsonl: there is no such file/);
});

test("prompts that are all too long: counted, with the setting to change", async (folder) => {
  const rows = [1, 2, 3].map((n) => ({ prompt: `${n} plus 4`, ground_truth: String(n + 4) }));
  await fails(
    [...await onRows(folder, rows), "data.max_prompt_length=2"],
    /No problem of .*train\.jsonl is left\. 3 of 3 prompts of .* were dropped: they are longer than data\.max_prompt_length=2 tokens \(the longest has \d+\)/,
  );
});

test("built-in prompts that are too long", async (folder) => {
  await fails(
    [...SMALL, "data.max_prompt_length=3", "data.val_files=[]", into(folder)],
    /The prompts of builtin:secret_numbers have 16 tokens, data\.max_prompt_length is 3\. Raise it/,
  );
});

test("refinements without room in the context: counted, and said", async (folder) => {
  const config = { max_position_embeddings: 64 };
  const model = await builtinFolder(join(folder, "model"), { config });
  const { stderr } = await succeeds([
    ...SMALL,
    `actor_rollout_ref.model.path=${model}`,
    "data.max_prompt_length=16",
    "trainer.total_training_steps=1",
    into(join(folder, "run")),
  ]);
  const told =
    /Warning: step 1: (\d+) refinement\(s\) had no room in the context of 64 tokens beside question, response and critique\. Lower data\.max_response_length/
      .exec(stderr);
  assert.ok(told, stderr);
  const [, step] = await metricsOf(join(folder, "run"));
  assert.equal(step["critique/refinements_dropped"], Number(told[1]));
});

test("a model's folder that is not there, or is a file", async (folder) => {
  const args = await onRows(folder, [{ prompt: "3 plus 4", ground_truth: "7" }]);
  const model = (path: string) => [...args, `actor_rollout_ref.model.path=${path}`];
  await fails(
    model(join(folder, "nowhere")),
    /There is no folder .*nowhere\. Set actor_rollout_ref\.model\.path to a model's folder, or to a hub id/,
  );
  await fails(
    model(join(folder, "train.jsonl")),
    /Cannot use actor_rollout_ref\.model\.path=.*train\.jsonl: it is a file/,
  );
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  await using hub = Deno.serve(options, () => new Response(null, { status: 404 }));
  await fails(
    model("no/where"),
    /There is no folder no\/where, so actor_rollout_ref\.model\.path was taken for a hub id\. The model no\/where has no config/,
    { env: { HF_ENDPOINT: `http://127.0.0.1:${hub.addr.port}` } },
  );
});

test("a tokenizer that knows more tokens than the model", async (folder) => {
  const model = await builtinFolder(folder, { config: { vocab_size: 16 } });
  await fails(
    [...SMALL, `actor_rollout_ref.model.path=${model}`, into(join(folder, "run"))],
    /The tokenizer of .* knows \d+ tokens, but its model has embeddings for 16\. They do not belong together/,
  );
});

test("a model with a NaN: steps are skipped and counted, then the run ends", async (folder) => {
  const model = await builtinFolder(join(folder, "model"), {
    weights: (weights) => {
      const [, { data }] = [...weights.tensors()].find(([name]) => name.includes("mlp"))!;
      data[7] = NaN;
    },
  });
  const { stderr } = await fails(
    [...SMALL, `actor_rollout_ref.model.path=${model}`, into(join(folder, "run"))],
    /Stopped after 3 updates in a row without a finite gradient \(the first in step 1; .*Weight "model\.layers\.0\.mlp\..*" of .*model is not finite: use an undamaged copy/,
  );
  assert.match(stderr, /Warning: step 2: 1 update\(s\) skipped, the gradient's norm was NaN/);
  const metrics = await metricsOf(join(folder, "run"));
  assert.deepEqual(metrics.map((m) => m["actor/nonfinite_updates"]), [undefined, 1, 1, 1]);
  assert.deepEqual(metrics.map((m) => m["actor/updates"]), [undefined, 0, 0, 0]);
});

test("a learning rate that ruins the weights: the run ends and says how to go back", async (folder) => {
  await fails(
    [...SMALL, "actor_rollout_ref.actor.optim.lr=1e30", into(folder)],
    /Lower actor_rollout_ref\.actor\.optim\.lr=1e\+30; to go on from before it went wrong, write the name of an older checkpoint/,
  );
  // What the message says is what works.
  await Deno.writeTextFile(join(folder, "latest"), "step-000000");
  const { stdout } = await succeeds([...SMALL, "trainer.total_training_steps=1", into(folder)]);
  assert.match(stdout, /Going on from step 0 /);
});

test("a critique endpoint that is down before the first step", async (folder) => {
  const server = new CritiqueServer();
  const { settings } = server;
  await server[Symbol.asyncDispose]();
  await fails(
    [...SMALL, ...settings, into(folder)],
    /Cannot use the critique model: Cannot reach http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions: .*Start or correct the endpoint, or choose .*critique_type=simple_gt/,
  );
});

test("a critique endpoint that dies in the middle: counted, and nothing is lost", async (folder) => {
  await using server = new CritiqueServer(20);
  const { stderr } = await succeeds([
    ...SMALL,
    ...server.settings,
    "trainer.total_training_steps=4",
    into(folder),
  ]);
  assert.match(
    stderr,
    /Warning: \d+ critique\(s\) fell back to simple_gt: .* answered HTTP 400: out of order/,
  );
  const steps = (await metricsOf(folder)).slice(1);
  // 8 of a step's wrong answers are criticised; the first of the 20 requests came from the check before the run.
  assert.deepEqual(steps.map((m) => m["critique/calls"]), [8, 8, 8, 8]);
  assert.deepEqual(steps.map((m) => m["critique/fallbacks"]), [0, 0, 5, 8]);
  assert.deepEqual(steps.map((m) => m["critique/failures"]), [0, 0, 5, 8]);
});

test("a key with a slip in it: the nearest one", async () => {
  await fails(
    ["actor_rollout_ref.rolout.n=4"],
    /Unknown key actor_rollout_ref\.rolout\.n \(command line\)\. Did you mean actor_rollout_ref\.rollout\.n\?/,
  );
  await fails(["--dryrun"], /Unknown option '--dryrun'\. The options are --help and --dry-run/);
});

test("a configuration that is not there, or is no file", async (folder) => {
  await fails(["quikc.yaml"], /Cannot read the configuration quikc\.yaml: there is no such file/);
  await fails([folder], /Cannot read the configuration .*: it is a folder, not a YAML file/);
  await fails(
    ["trainer.seed", "5"],
    /trainer\.seed: there is no such file\. A setting is key=value/,
  );
});
