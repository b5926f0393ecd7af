import assert from "node:assert/strict";
import { meanCurve, valueAt } from "./demo/curve.ts";
import { comparison, CRITIQUE_GRPO, GRPO, report, thresholds } from "./demo/report.ts";
import { type Run, runSeed, type SeedEvent } from "./demo/runs.ts";
import { bestGrpo, describeSearch, type Search } from "./demo/search.ts";
import { svg } from "./demo/svg.ts";

const run = (seed: number, method: string, after: number, tokens = 1000): Run => ({
  seed,
  method,
  points: [
    { step: 0, tokens: 0, seconds: 0, passAt1: 0.03, levels: [0.09, 0, 0] },
    { step: 10, tokens, seconds: 5, passAt1: after, levels: [after, after, after] },
  ],
});

const search: Search = {
  steps: 10,
  seeds: [1, 2],
  settings: [
    {
      overrides: ["n_prefix=0", "lr=1e-3", "std=true", "entropy=0"],
      passAt1: [0.1, 0.2],
    },
    {
      overrides: ["n_prefix=0", "lr=2e-3", "std=false", "entropy=0"],
      passAt1: [0.5, 0],
    },
  ],
};

Deno.test("demo: curves are straight between their points, and their mean ends with the shortest", () => {
  assert.equal(valueAt([[0, 0], [10, 1]], 5), 0.5);
  assert.equal(valueAt([[0, 0], [10, 1]], 10), 1);
  assert.deepEqual(meanCurve([[[0, 0], [10, 1]], [[0, 0.5], [20, 0.5]]], 3), [
    [0, 0.25],
    [5, 0.5],
    [10, 0.75],
  ]);
});

Deno.test("demo: thresholds are judged by the runs", () => {
  const judge = (ours: number[], peer: number) =>
    thresholds(ours.flatMap((after, seed) => [
      run(seed, CRITIQUE_GRPO, after),
      run(seed, GRPO, peer),
    ])).map(({ holds }) => holds);
  assert.deepEqual(judge([0.95, 0.93], 0.2), [true, true, true, true, true]);
  assert.deepEqual(judge([0.95, 0.6], 0.2), [true, false, false, false, true]);
  assert.deepEqual(judge([0.95, 0.93], 0.6), [true, true, true, true, false]);
});

Deno.test("demo: the report holds every run, and the best of GRPO's settings", () => {
  const runs = [run(7, CRITIQUE_GRPO, 0.9), run(7, GRPO, 0.3, 1200)];
  assert.deepEqual(bestGrpo(search), { name: GRPO, overrides: search.settings[1].overrides });
  const text = report(runs, {
    command: "command",
    machine: ["2 cores"],
    warmupSeconds: new Map([[7, 3]]),
    search: describeSearch(search),
  });
  assert.match(
    text,
    /\| GRPO \| 7 \| 3\.0% \| 30\.0% \| 30\.0% \| 30\.0% \| 30\.0% \| 10 \| 1200 \| 5 \|/,
  );
  assert.match(text, /\| \*\*2e-3\*\* \| \*\*false\*\* \| \*\*0\*\* \|/);
  const [{ ratio, ...rest }] = comparison(runs);
  assert.deepEqual(rest, { case: "demo seed 7", ours: 0.9, peer: 0.3 });
  assert.ok(Math.abs(ratio - 3) < 1e-9);
  const drawn = svg(runs, [CRITIQUE_GRPO, GRPO]);
  assert.equal(drawn.match(/<polyline /g)!.length, 4); // a seed and a mean for each method
  assert.doesNotMatch(drawn, /NaN|undefined/);
});

Deno.test("demo: methods start from the same weights, the later ones generate as much as the first", async () => {
  const folder = await Deno.makeTempDir();
  const small = ["warmup.steps=2", "data.train_batch_size=2", "actor_rollout_ref.rollout.n=2"]
    .concat("actor_rollout_ref.actor.ppo_mini_batch_size=2", "data.val_max_samples=3");
  const methods = [
    { name: "first", overrides: small },
    { name: "second", overrides: [...small, "actor_rollout_ref.rollout.n_prefix=0"] },
  ];
  const events: SeedEvent[] = await Array.fromAsync(
    runSeed({ seed: 3, steps: 2, methods, folder: `${folder}/3` }),
  );
  const [first, second] = events.filter((event) => "method" in event);
  assert.equal(events.length, 3);
  assert.deepEqual(second.points[0], first.points[0]);
  assert.ok(second.points.at(-1)!.tokens >= first.points.at(-1)!.tokens);
  assert.ok(second.points.at(-1)!.step > 2, "GRPO needs more steps, as it does not refine");
  await Deno.remove(folder); // the runs have left nothing in it
});
