/** A run that was stopped, however roughly, ends as if it never had been. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../trainer/seed.ts";
import { Command, into, run, sleep, SMALL, temporaryFolder } from "./command_line.ts";
import { outcome } from "./outcome.ts";

const WINDOWS = Deno.build.os === "windows";
const skip = (name: string) => WINDOWS ? `${name} (skipped: Windows has no such signals)` : name;

// A KL term too: its reference model must come back as well.
const ARGS = [...SMALL, "actor_rollout_ref.actor.use_kl_loss=true"];

const uninterrupted = WINDOWS ? undefined : await (async () => {
  await using folder = await temporaryFolder();
  const { code, stderr } = await run([...ARGS, into(folder.path)]);
  assert.equal(code, 0, stderr);
  return await outcome(folder.path);
})();

const HEADING = /parameters, 8 steps/;
const step = (n: number) => new RegExp(`^step ${n}/8`, "m");

/** Starts a run and kills it at a moment. */
async function killed(folder: string, moment: (command: Command) => Promise<void>) {
  const command = new Command([...ARGS, into(folder)]);
  await moment(command);
  command.kill("SIGKILL");
  return await command.ended;
}

Deno.test({
  name: skip("a run killed at random moments ends with the same bytes"),
  ignore: WINDOWS,
  async fn() {
    const seed = Number(Deno.env.get("EMEND_TEST_SEED") ?? Math.floor(Math.random() * 1e6));
    console.log(`moments of EMEND_TEST_SEED=${seed}`);
    const random = new Random(seed);
    await using folder = await temporaryFolder();
    const saving = () =>
      readdirSync(join(folder.path, "checkpoints")).some((name) => name.startsWith(".tmp-"));
    const after = (pattern: RegExp) => async (command: Command) => {
      await command.printed(pattern);
      await sleep(random.next() * 150); // A step takes about that long.
    };
    const latest = () => {
      try {
        return Deno.readTextFileSync(join(folder.path, "latest"));
      } catch {
        return "";
      }
    };
    const afterSave = async (command: Command) => {
      const before = latest();
      await command.until(() => latest() !== before);
      await sleep(random.next() * 150);
    };
    const moments: [string, (command: Command) => Promise<void>][] = [
      ["in the warm-up", after(HEADING)],
      ["after step 1", after(step(1))],
      ["after a save", afterSave],
      ["as it saves", async (command) => {
        await command.printed(/Going on from step/);
        await command.until(saving);
      }],
      ["as it goes on", after(/Going on from step/)],
    ];
    for (const [name, moment] of moments) {
      const { signal, code, stdout, stderr } = await killed(folder.path, moment);
      // A fast machine may be done sooner.
      if (signal !== "SIGKILL") assert.equal(code, 0, `${name}: ${stderr}`);
      console.log(`${name}: ${signal ?? code} after ${/.*(?=\n$)/.exec(stdout)?.[0] ?? "nothing"}`);
    }
    const { code, stdout, stderr } = await run([...ARGS, into(folder.path)]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Going on from step [2468] /);
    assert.deepEqual(await outcome(folder.path), uninterrupted);
  },
});

Deno.test({
  name: skip("Ctrl-C finishes the step, saves and exits with 130; the same command goes on"),
  ignore: WINDOWS,
  async fn() {
    await using folder = await temporaryFolder();
    const command = new Command([...ARGS, into(folder.path)]);
    await command.printed(step(3));
    command.kill("SIGINT");
    const { code, stdout } = await command.ended;
    assert.equal(code, 130);
    assert.match(stdout, /Finishing the step, then saving/);
    const stopped = /Stopped at step (\d) of 8; the same command goes on from there/.exec(stdout);
    assert.ok(stopped, stdout);
    const latest = await Deno.readTextFile(join(folder.path, "latest"));
    assert.equal(latest, `step-00000${stopped[1]}\n`);

    const again = await run([...ARGS, into(folder.path)]);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, new RegExp(`Going on from step ${stopped[1]} `));
    assert.deepEqual(await outcome(folder.path), uninterrupted);
  },
});

Deno.test({
  name: skip("Ctrl-C in the warm-up stops it, and says that nothing is saved"),
  ignore: WINDOWS,
  async fn() {
    await using folder = await temporaryFolder();
    const command = new Command([...SMALL, "warmup.steps=5000", into(folder.path)]);
    await command.printed(/parameters, 8 steps/);
    await sleep(2000); // until it has begun
    command.kill("SIGINT");
    const { code, stderr } = await command.ended;
    assert.equal(code, 130);
    assert.equal(
      stderr,
      "Stopped in the warm-up, before there was anything to save; the same command begins it anew.\n",
    );
  },
});

Deno.test({
  name: skip("a second Ctrl-C stops at once"),
  ignore: WINDOWS,
  async fn() {
    await using folder = await temporaryFolder();
    // Steps so large that the run cannot have finished one before the second signal.
    const command = new Command([
      ...ARGS,
      "data.train_batch_size=128",
      "actor_rollout_ref.actor.ppo_mini_batch_size=128",
      "actor_rollout_ref.rollout.n=16",
      into(folder.path),
    ]);
    await command.until(() => {
      try {
        return readdirSync(folder.path).includes("latest");
      } catch {
        return false;
      }
    });
    command.kill("SIGINT");
    await command.printed(/Finishing the step/);
    const began = performance.now();
    command.kill("SIGINT");
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 130);
    assert.equal(stderr, "");
    assert.doesNotMatch(stdout, /^(step 1|Stopped)/m);
    assert.ok(performance.now() - began < 1000, "it took longer than a second");
    assert.equal(await Deno.readTextFile(join(folder.path, "latest")), "step-000000\n");
  },
});
