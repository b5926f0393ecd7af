import assert from "node:assert/strict";
import { join } from "node:path";
import { RunFolder, stepName, stepOf } from "./folder.ts";

async function fresh(): Promise<RunFolder> {
  return await RunFolder.create(join(await Deno.makeTempDir(), "runs", "first"));
}

const steps = async (folder: RunFolder): Promise<number[]> =>
  (await folder.readMetrics()).map(({ step }) => step);

Deno.test("step names sort as steps and read back", () => {
  assert.equal(stepName(10), "step-000010");
  for (const step of [0, 10, 999999, 1234567]) assert.equal(stepOf(stepName(step)), step);
  assert.equal(stepOf("step-000010.jsonl"), 10);
  for (const other of ["step-10", ".tmp-step-000010", "latest", "step-000010.jsonl.tmp"]) {
    assert.equal(stepOf(other), null, other);
  }
});

Deno.test("a run's folder is made with its parents and can be opened again", async () => {
  const folder = await fresh();
  await folder.writeConfig("trainer:\n  seed: 1\n");
  await folder.appendMetrics({ step: 0, "val-core/all/pass@1": 0.25 });
  const again = await RunFolder.create(folder.path);
  assert.deepEqual(await steps(again), [0]);
  assert.deepEqual(
    (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name).sort(),
    ["checkpoints", "config.yaml", "metrics.jsonl", "rollouts", "validations"],
  );
});

Deno.test("a folder tells whether a run has been there", async () => {
  const folder = await fresh();
  assert.equal(await folder.isUsed(), false);
  await folder.writeConfig("{}");
  assert.equal(await folder.isUsed(), false);
  await Deno.mkdir(join(folder.checkpoints, "step-000010"));
  assert.equal(await folder.isUsed(), true);
  const other = await fresh();
  await other.appendMetrics({ step: 0 });
  assert.equal(await other.isUsed(), true);
});

Deno.test("a folder that cannot be made says where, why and what to do", async () => {
  const file = join(await Deno.makeTempDir(), "taken");
  await Deno.writeTextFile(file, "");
  await assert.rejects(RunFolder.create(join(file, "run")), {
    message: `Cannot write ${
      join(file, "run")
    }: a file is in the way of the folder. Move it, or set trainer.default_local_dir to another folder.`,
  });
});

const canDrop = Deno.build.os === "linux" && Deno.uid() === 0;
Deno.test({
  name: "a folder without permission says so" + (canDrop ? "" : " (skipped: needs root to mount)"),
  ignore: !canDrop,
  async fn() {
    const dir = await Deno.makeTempDir();
    const mount = await new Deno.Command("mount", {
      args: ["-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", dir],
    }).output();
    if (!mount.success) return console.log("skipped: mount is not allowed here");
    try {
      await assert.rejects(
        RunFolder.create(join(dir, "run")),
        /Cannot write .*run: the disk is mounted read-only\. Mount it writable, or set trainer/,
      );
    } finally {
      await new Deno.Command("umount", { args: [dir] }).output();
    }
  },
});

Deno.test("metrics keep one line a step; a step that is there already is refused", async () => {
  const folder = await fresh();
  await folder.appendMetrics({ step: 1, "actor/pg_loss": NaN, rows: 3n, id: 2n ** 60n });
  assert.equal(
    await Deno.readTextFile(folder.metrics),
    '{"step":1,"actor/pg_loss":null,"rows":3,"id":"1152921504606846976"}\n',
  );
  await assert.rejects(
    folder.appendMetrics({ step: 1 }),
    /Cannot append step 1 to .*reaches step 1/,
  );
  await assert.rejects(
    (await RunFolder.create(folder.path)).appendMetrics({ step: 0 }),
    /already reaches step 1/,
  );
});

Deno.test("rewinding forgets later steps, their rollouts and validations, and nothing else", async () => {
  const folder = await fresh();
  for (let step = 0; step <= 12; step++) {
    await folder.appendMetrics({ step, text: "π" });
    await folder.writeRollouts(step, [{ step }]);
    if (step % 4 === 0) await folder.writeValidation(step, [{ step }]);
  }
  await folder.rewind(10);
  const validations = await Array.fromAsync(Deno.readDir(folder.validations));
  assert.deepEqual(validations.map(({ name }) => stepOf(name)).sort(), [0, 4, 8]);
  assert.deepEqual(await steps(folder), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const rollouts = (await Array.fromAsync(Deno.readDir(folder.rollouts))).map(({ name }) => name);
  assert.equal(rollouts.sort().at(-1), "step-000010.jsonl");
  assert.equal(rollouts.length, 11);
  await folder.appendMetrics({ step: 11 });
  await folder.rewind(-1);
  assert.deepEqual(await steps(folder), []);
  assert.equal(await Deno.readTextFile(folder.metrics), "");
  await folder.appendMetrics({ step: 0 });
});

Deno.test("a line that a killed run left half written is repaired before the next one", async () => {
  const folder = await fresh();
  await folder.appendMetrics({ step: 1 });
  await Deno.writeTextFile(folder.metrics, '{"step":2,"lo', { append: true });
  const resumed = await RunFolder.create(folder.path);
  await resumed.appendMetrics({ step: 2 });
  assert.equal(await Deno.readTextFile(folder.metrics), '{"step":1}\n{"step":2}\n');
});

Deno.test("rollouts are one JSON object a row, whole or not there", async () => {
  const folder = await fresh();
  await folder.writeRollouts(7, [{ prompt: "1+1=", level: 2n }, { prompt: "\n\u001b[31m" }]);
  const path = join(folder.rollouts, "step-000007.jsonl");
  assert.equal(
    await Deno.readTextFile(path),
    '{"prompt":"1+1=","level":2}\n{"prompt":"\\n\\u001b[31m"}\n',
  );
  await assert.rejects(
    folder.writeRollouts(
      8,
      function* () {
        yield {};
        throw new Error("no more rows");
      }(),
    ),
    /Cannot write .*step-000008\.jsonl: no more rows/,
  );
  const names = (await Array.fromAsync(Deno.readDir(folder.rollouts))).map(({ name }) => name);
  assert.deepEqual(names, ["step-000007.jsonl"]);
});

Deno.test("two processes cannot train in one folder", async () => {
  const folder = await fresh();
  const other = await RunFolder.create(folder.path);
  {
    using _lock = await folder.lock();
    await assert.rejects(other.lock(), /Cannot train in .*: another process is training there/);
  }
  (await other.lock())[Symbol.dispose]();
});
