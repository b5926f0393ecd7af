/** Runs that compute in a sidecar: the same bytes as in one process, also where the sidecar is killed. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../trainer/seed.ts";
import { childrenOf } from "./children.ts";
import { Command, into, run, sleep, SMALL, temporaryFolder } from "./command_line.ts";
import { latest, outcome } from "./outcome.ts";

const LINUX = Deno.build.os === "linux";
const skip = (name: string) => LINUX ? name : `${name} (skipped: no /proc here)`;

const ARGS = [...SMALL, "actor_rollout_ref.actor.use_kl_loss=true"];
const task = "train:gpu";

const alone = LINUX ? outcomeOf("train", "cpu") : undefined;

async function outcomeOf(task: string, device: string) {
  await using folder = await temporaryFolder();
  const args = [...ARGS, `trainer.device=${device}`, into(folder.path)];
  // CUDA's containers set this one, and Deno hands it on only to programs that may be any.
  const { code, stderr } = await run(args, { task, env: { LD_LIBRARY_PATH: folder.path } });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  return await outcome(folder.path);
}

/** The sidecar of a run: its only child. */
const sidecarOf = (pid: number): number | undefined => childrenOf(pid)[0];

Deno.test({
  name: skip("a run in a sidecar ends with the same bytes as in one process"),
  ignore: !LINUX,
  async fn() {
    assert.deepEqual(await outcomeOf(task, "sidecar"), await alone);
  },
});

Deno.test({
  name: skip("a sidecar killed at random moments: told in a line, and the same bytes"),
  ignore: !LINUX,
  async fn() {
    const seed = Number(Deno.env.get("EMEND_TEST_SEED") ?? Math.floor(Math.random() * 1e6));
    console.log(`moments of EMEND_TEST_SEED=${seed}`);
    const random = new Random(seed);
    await using folder = await temporaryFolder();
    const command = new Command([...ARGS, "trainer.device=sidecar", into(folder.path)], { task });
    const dead = new Set<number>();
    const kill = async () => {
      let pid: number | undefined;
      await command.until(() => {
        pid = sidecarOf(command.pid);
        return pid !== undefined && !dead.has(pid);
      });
      await sleep(random.next() * 250);
      if (pid === undefined) return; // The run has ended: it is told below.
      dead.add(pid);
      Deno.kill(pid, "SIGKILL");
    };
    // In its start or the warm-up; then between two saves and, as it may happen, in one.
    await command.printed(/parameters, 8 steps/);
    await kill();
    for (const step of ["step-000002", "step-000004"]) {
      await command.until(() => latest(folder.path) >= step);
      await kill();
    }
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    const told = stderr.trim().split("\n");
    console.log(told.join("\n"));
    assert.equal(told.length, dead.size, stderr);
    for (const line of told) {
      assert.match(
        line,
        /^Warning: The sidecar \(process \d+\) was lost: killed by SIGKILL\. Another one goes on from (the start|step \d)$/,
      );
    }
    assert.match(stdout, /Going on from step [246] /);
    assert.deepEqual(await outcome(folder.path), await alone);
  },
});

Deno.test({
  name: skip("a sidecar ends with its run, however that ends"),
  ignore: !LINUX,
  async fn() {
    await using folder = await temporaryFolder();
    const command = new Command([...ARGS, "trainer.device=sidecar", into(folder.path)], { task });
    await command.printed(/^step 1\/8/m);
    const pid = sidecarOf(command.pid)!;
    command.kill("SIGKILL");
    await command.ended;
    const until = performance.now() + 5000;
    const alive = () => {
      try {
        return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
      } catch {
        return false;
      }
    };
    while (alive()) {
      assert.ok(performance.now() < until, "the sidecar lives on");
      await sleep(20);
    }
  },
});

Deno.test({
  name: skip("Ctrl-C reaches the sidecar too, and the step is finished and saved"),
  ignore: !LINUX,
  async fn() {
    await using folder = await temporaryFolder();
    const command = new Command([...ARGS, "trainer.device=sidecar", into(folder.path)], { task });
    await command.printed(/^step 1\/8/m);
    Deno.kill(sidecarOf(command.pid)!, "SIGINT");
    command.kill("SIGINT");
    const { code, stdout, stderr } = await command.ended;
    assert.equal(stderr, "");
    assert.equal(code, 130);
    assert.match(stdout, /Stopped at step \d of 8; the same command goes on from there/);
  },
});

Deno.test("the default task may not start processes, and says which one may", async () => {
  await using folder = await temporaryFolder();
  const { code, stderr } = await run([...ARGS, "trainer.device=sidecar", into(folder.path)]);
  assert.equal(code, 1);
  assert.match(stderr, /takes the permission to start Deno, which `deno task train:gpu` has/);
});

Deno.test("an address where nobody listens, and a device that is none", async () => {
  await using folder = await temporaryFolder();
  const at = join(folder.path, "nobody.sock");
  const nobody = await run([...ARGS, `trainer.device=${at}`, into(join(folder.path, "run"))]);
  assert.equal(nobody.code, 1);
  assert.match(
    nobody.stderr,
    /No sidecar answers at .*nobody\.sock \(.*\)\. Start one: deno task gpu/,
  );
  const none = await run([...ARGS, "trainer.device=gpu", into(join(folder.path, "run"))]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /trainer\.device.*cpu \| sidecar \| cuda:N/);
});
