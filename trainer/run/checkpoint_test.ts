import assert from "node:assert/strict";
import { join } from "node:path";
import { findCheckpoint, removeLeftovers, saveCheckpoint } from "./checkpoint.ts";
import { RunFolder } from "./folder.ts";
import { readCheckpoint } from "./manifest.ts";

async function fresh(parent?: string): Promise<RunFolder> {
  return await RunFolder.create(join(parent ?? await Deno.makeTempDir(), "run"));
}

/** Saves a checkpoint with a weights file of `bytes` bytes, all equal to the step. */
async function save(folder: RunFolder, step: number, maxToKeep?: number, bytes = 1000) {
  return await saveCheckpoint(folder, {
    step,
    epoch: 1,
    seed: 7,
    state: { position: step * 2 },
    maxToKeep,
    write: async (dir) => {
      await Deno.mkdir(join(dir, "optimizer"));
      await Deno.writeFile(join(dir, "model.safetensors"), new Uint8Array(bytes).fill(step));
      await Deno.writeTextFile(join(dir, "optimizer", "moments"), "m");
    },
  });
}

const inside = async (dir: string): Promise<string[]> =>
  (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name).sort();

/** What `findCheckpoint` finds, and what it says about those it passed over. */
async function find(folder: RunFolder): Promise<{ step: number | null; said: string }> {
  const said: string[] = [];
  const found = await findCheckpoint(folder, (text) => said.push(text));
  return { step: found && found.step, said: said.join("\n") };
}

Deno.test("a saved checkpoint is found with its state, and `latest` names it", async () => {
  const folder = await fresh();
  assert.equal(await findCheckpoint(folder), null);
  const dir = await save(folder, 10);
  assert.equal(await Deno.readTextFile(folder.latest), "step-000010\n");
  assert.deepEqual(await findCheckpoint(folder), {
    dir,
    step: 10,
    epoch: 1,
    seed: 7,
    state: { position: 20 },
  });
  assert.deepEqual(await inside(dir), ["model.safetensors", "optimizer", "trainer_state.json"]);
  const { files } = JSON.parse(await Deno.readTextFile(join(dir, "trainer_state.json")));
  assert.deepEqual(files["optimizer/moments"], {
    bytes: 1,
    sha256: "62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a",
  });
});

Deno.test("only the newest max_ckpt_to_keep stay, and at least the one just saved", async () => {
  const folder = await fresh();
  for (const step of [5, 10, 15, 20]) await save(folder, step, 2);
  assert.deepEqual(await inside(folder.checkpoints), ["step-000015", "step-000020"]);
  // A run that went back to 15 gives up 20: the checkpoint saved now must never be the one pruned.
  await save(folder, 16, 1);
  assert.deepEqual(await inside(folder.checkpoints), ["step-000016"]);
  await save(folder, 17, 0);
  assert.equal((await find(folder)).step, 17);
});

Deno.test("a damaged checkpoint is passed over for the previous one, with the reason", async () => {
  const damage: [RegExp, (dir: string) => Promise<void>][] = [
    [
      /model\.safetensors has 500 bytes, it was saved with 1000/,
      (dir) => Deno.truncate(join(dir, "model.safetensors"), 500),
    ],
    [
      /optimizer\/moments was changed after it was saved/,
      (dir) => Deno.writeTextFile(join(dir, "optimizer", "moments"), "M"),
    ],
    [/model\.safetensors is missing/, (dir) => Deno.remove(join(dir, "model.safetensors"))],
    [/trainer_state\.json is missing/, (dir) => Deno.remove(join(dir, "trainer_state.json"))],
    [
      /trainer_state\.json is not JSON, perhaps cut short/,
      (dir) => Deno.truncate(join(dir, "trainer_state.json"), 40),
    ],
    [
      /trainer_state\.json is not a checkpoint's/,
      (dir) => Deno.writeTextFile(join(dir, "trainer_state.json"), "{}"),
    ],
  ];
  for (const [reason, hurt] of damage) {
    const folder = await fresh();
    await save(folder, 10);
    const newest = await save(folder, 20);
    await hurt(newest);
    const { step, said } = await find(folder);
    assert.equal(step, 10);
    assert.match(said, reason);
    await assert.rejects(readCheckpoint(newest), reason);
  }
});

Deno.test("nothing usable is null, and a lost `latest` is no loss", async () => {
  const folder = await fresh();
  const dir = await save(folder, 10);
  await Deno.remove(folder.latest);
  assert.deepEqual(await find(folder), { step: 10, said: "" });
  await Deno.writeTextFile(folder.latest, "step-000099\n");
  assert.deepEqual(await find(folder), {
    step: 10,
    said: `${folder.latest} names "step-000099", which is not in ${folder.checkpoints}.`,
  });
  await Deno.truncate(join(dir, "model.safetensors"));
  assert.equal((await find(folder)).step, null);
});

Deno.test("saving a step again replaces it, even a damaged one", async () => {
  const folder = await fresh();
  const dir = await save(folder, 10);
  await Deno.truncate(join(dir, "model.safetensors"));
  await save(folder, 10, undefined, 2000);
  assert.equal((await find(folder)).step, 10);
  assert.equal((await Deno.stat(join(dir, "model.safetensors"))).size, 2000);
  assert.deepEqual(await inside(folder.checkpoints), ["step-000010"]);
});

Deno.test("leftovers of killed saves go; a checkpoint caught while replaced comes back", async () => {
  const folder = await fresh();
  const dir = await save(folder, 10);
  await Deno.mkdir(join(folder.checkpoints, ".tmp-step-000020"));
  await Deno.writeTextFile(`${folder.latest}.tmp`, "step");
  await Deno.rename(dir, join(folder.checkpoints, ".old-step-000010"));
  await removeLeftovers(folder);
  assert.deepEqual(await inside(folder.checkpoints), ["step-000010"]);
  assert.deepEqual(await inside(folder.path), ["checkpoints", "latest", "rollouts", "validations"]);
  assert.equal((await find(folder)).step, 10);
});

Deno.test("a save that fails names the folder and leaves the previous one alone", async () => {
  const folder = await fresh();
  await save(folder, 10);
  const cause = new Error("weights are on fire");
  const failing = saveCheckpoint(folder, {
    step: 20,
    epoch: 1,
    seed: 7,
    state: {},
    write: async (dir) => {
      await Deno.writeTextFile(join(dir, "config.json"), "{}");
      throw cause;
    },
  });
  await assert.rejects(failing, {
    message: `Cannot save the checkpoint ${
      join(folder.checkpoints, "step-000020")
    }: weights are on fire. The checkpoint step-000010 is intact.`,
    cause,
  });
  assert.deepEqual(await inside(folder.checkpoints), ["step-000010"]);
  assert.equal((await find(folder)).step, 10);
});

/** Runs `body` on a disk of one MiB, or says why there is none. */
async function onSmallDisk(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  const run = (command: string, ...args: string[]) => new Deno.Command(command, { args }).output();
  const mounted = await run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir)
    .then(({ success }) => success, () => false);
  if (!mounted) return console.log("skipped: mounting a small tmpfs needs root on Linux");
  try {
    await body(dir);
  } finally {
    await run("umount", dir);
  }
}

Deno.test("a full disk: bytes needed and free, the previous checkpoint intact, no remains", async () => {
  await onSmallDisk(async (disk) => {
    const folder = await fresh(disk);
    await save(folder, 10, 1, 400_000);
    await assert.rejects(save(folder, 20, 1, 900_000), (error: Error) => {
      const told =
        /Cannot save the checkpoint .*step-000020: the disk is full\. It needs more than ([\d,]+) bytes, ([\d,]+) are free\. .* step-000010 is intact\./
          .exec(error.message);
      assert.ok(told, error.message);
      const [needed, free] = told.slice(1).map((digits) => Number(digits.replaceAll(",", "")));
      assert.ok(needed >= 600_000 && free > 500_000 && needed >= free, error.message);
      return true;
    });
    assert.deepEqual(await inside(folder.checkpoints), ["step-000010"]);
    assert.equal((await find(folder)).step, 10);
    // Metrics on a full disk say so too, and go on unharmed once there is room.
    await folder.appendMetrics({ step: 1 });
    await Deno.writeFile(join(disk, "ballast"), new Uint8Array(2e6)).catch(() => {});
    await assert.rejects(
      folder.appendMetrics({ step: 2, text: "x".repeat(20_000) }),
      /Cannot write .*metrics\.jsonl: the disk is full \(\d+ bytes free\)\. Free some space there/,
    );
    await Deno.remove(join(disk, "ballast"));
    await folder.appendMetrics({ step: 2 });
    assert.equal(await Deno.readTextFile(folder.metrics), '{"step":1}\n{"step":2}\n');
  });
});

Deno.test("a writer's own words for a full disk are understood", async () => {
  const folder = await fresh();
  const write = () =>
    Promise.reject(new Error("sidecar failed", { cause: new Error("No space left on device") }));
  await assert.rejects(
    saveCheckpoint(folder, { step: 1, epoch: 0, seed: 0, state: {}, write }),
    /the disk is full\. .* There is no earlier checkpoint\./,
  );
});

Deno.test("killed at random moments, a run always finds its last complete checkpoint", async () => {
  const folder = await fresh();
  let saved = 0;
  for (let kill = 0; kill < 12; kill++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(import.meta.dirname!, "save_loop.ts"), folder.path],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream());
    let armed = false;
    for await (const text of lines) {
      // The clock starts at the first save, so that every kill hits the loop.
      if (!armed) setTimeout(() => child.kill("SIGKILL"), Math.random() * 120);
      armed = true;
      saved = Math.max(saved, ...text.trim().split("\n").map(Number));
    }
    assert.equal((await child.status).signal, "SIGKILL");
    await removeLeftovers(folder);
    const found = await findCheckpoint(folder, assert.fail);
    assert.ok(found && found.step >= saved, `saved ${saved}, found ${found?.step}`);
    const weights = await Deno.readFile(join(found.dir, "model.safetensors"));
    assert.ok(weights.every((byte) => byte === found.step % 256));
    const steps = (await folder.readMetrics()).map(({ step }) => step);
    assert.deepEqual(
      steps.slice(0, found.step),
      Array.from({ length: found.step }, (_, i) => i + 1),
    );
  }
});
