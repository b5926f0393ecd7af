/** Runs on several sidecars: one model, the same result as one process, whatever happens to a rank. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { SafetensorsFile } from "../gpu/model/mod.ts";
import { mpiTest } from "../gpu/testing/mpi.ts";
import { Random } from "../trainer/seed.ts";
import { childrenOf } from "./children.ts";
import { Command, into, run, sleep, SMALL } from "./command_line.ts";
import { latest, outcome } from "./outcome.ts";
import { relativeError } from "./relative_error.ts";

const task = "train:gpu";
const ARGS = [
  ...SMALL,
  "warmup.steps=5",
  "data.val_max_samples=3",
  "actor_rollout_ref.actor.use_kl_loss=true",
];
const on = (ranks: number) =>
  `trainer.device=${ranks === 1 ? "cpu" : `[${Array(ranks).fill("sidecar").join(", ")}]`}`;

/** Trains to the end; what a run with as many ranks comes to is wanted more than once. */
const trained = new Map<number, Promise<string>>();
function train(ranks: number): Promise<string> {
  let path = trained.get(ranks);
  if (!path) trained.set(ranks, path = trainInto(folder(), ranks));
  return path;
}

async function trainInto(path: string, ranks: number, ...more: string[]): Promise<string> {
  const { code, stderr } = await run([...ARGS, on(ranks), into(path), ...more], { task });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  return path;
}

const folders: string[] = [];
globalThis.addEventListener("unload", () => {
  for (const folder of folders) Deno.removeSync(folder, { recursive: true });
});
function folder(): string {
  folders.push(Deno.makeTempDirSync());
  return folders.at(-1)!;
}

/** The weights and moments that a run ended with. */
function ending(folder: string): Record<string, Map<string, Float32Array>> {
  return Object.fromEntries(["model", "trainer_state.m", "trainer_state.v"].map((stem) => {
    using file = new SafetensorsFile(
      join(folder, "checkpoints", "step-000008", `${stem}.safetensors`),
    );
    const tensors = Array.from(file.entries, ([name, { shape }]) => {
      const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
      file.read(name, data);
      return [name, data] as const;
    });
    return [stem, new Map(tensors)];
  }));
}

/** Says how far two endings are from each other, in parts of a tensor's largest element, and holds it to a bound. */
function near(name: string, found: string, wanted: string): void {
  const a = ending(found), b = ending(wanted);
  const worst = Object.entries(b).map(([stem, tensors]): [string, number] => [
    stem,
    Math.max(...Array.from(tensors, ([name, x]) => relativeError(a[stem].get(name)!, x))),
  ]);
  console.log(`${name}: ${worst.map(([stem, x]) => `${stem} ${x.toExponential(1)}`).join(", ")}`);
  for (const [stem, error] of worst) {
    // Where a gradient is nearly zero, Adam divides round-off by round-off.
    assert.ok(error < (stem === "model" ? 5e-4 : 2e-5), `${stem} differs by ${error}`);
  }
}

for (const ranks of [2, 4]) {
  mpiTest(`${ranks} sidecars end where one process does`, async () => {
    near(`${ranks} ranks against one process`, await train(ranks), await train(1));
  });
}

mpiTest("a run goes on with another number of ranks: a checkpoint does not tell", async () => {
  const path = await trainInto(folder(), 2, "trainer.total_training_steps=4");
  for (const [ranks, steps] of [[4, 6], [1, 8]]) {
    const { code, stdout, stderr } = await run(
      [...ARGS, on(ranks), into(path), `trainer.total_training_steps=${steps}`],
      { task },
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`Going on from step ${steps - 2} `));
  }
  near("2, 4 and 1 ranks in turn", path, await train(1));
});

mpiTest(
  "a rank killed at random moments: told in a line, all are replaced, the same bytes",
  async () => {
    const seed = Number(Deno.env.get("EMEND_TEST_SEED") ?? Math.floor(Math.random() * 1e6));
    console.log(`moments of EMEND_TEST_SEED=${seed}`);
    const random = new Random(seed);
    const path = folder();
    const command = new Command([...ARGS, on(2), into(path)], { task });
    const seen = new Set<number>();
    let kills = 0;
    const kill = async () => {
      let ranks: number[] = [];
      await command.until(() => {
        ranks = childrenOf(command.pid).filter((pid) => !seen.has(pid));
        return ranks.length === 2;
      });
      await sleep(random.next() * 250);
      if (ranks.length === 0) return; // The run has ended: it is told below.
      for (const pid of ranks) seen.add(pid);
      Deno.kill(ranks[Math.floor(random.next() * 2)], "SIGKILL");
      kills++;
    };
    await command.printed(/parameters, 8 steps/);
    await kill();
    for (const step of ["step-000002", "step-000004"]) {
      await command.until(() => latest(path) >= step);
      await kill();
    }
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    const told = stderr.trim().split("\n");
    console.log(told.join("\n"));
    assert.equal(told.length, kills, stderr);
    for (const line of told) {
      assert.match(
        line,
        /^Warning: The sidecar \(process \d+\) was lost: killed by SIGKILL\. All are replaced, and go on from (the start|step \d)$/,
      );
    }
    assert.match(stdout, /Going on from step [246] /);
    assert.deepEqual(await outcome(path), await outcome(await train(2)));
    for (const pid of seen) {
      assert.ok(!childrenOf(Deno.pid).includes(pid));
      assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
    }
  },
);
