import assert from "node:assert/strict";
import { made as run } from "./made_metrics.ts";
import { warnings } from "./warnings.ts";

const found = (values: Record<string, [number, number]>, steps?: number) =>
  warnings(run(values, steps)).map(({ id, level }) => `${level} ${id}`);

Deno.test("a run that learns has no warnings", () => {
  const healthy = run({
    "reward/correct": [0.1, 0.7],
    "reward/unparsable": [0.2, 0.01],
    "group/frac_zero_std": [0.2, 0.4],
    "actor/entropy": [0.8, 0.3],
    "response_length/clip_ratio": [0.05, 0.02],
    "critique/refinement_correct": [0.3, 0.8],
    "training/rollout_probs_diff_mean": [0.001, 0.001],
  });
  assert.deepEqual(warnings(healthy), []);
  assert.deepEqual(warnings([]), []);
  assert.deepEqual(warnings([{ step: 0, "val-core/pass@1": null }]), []);
});

Deno.test("groups without variance: all wrong is severe, all right is the end of the work", () => {
  const flat: [number, number] = [0.95, 1];
  assert.deepEqual(found({ "group/frac_zero_std": flat, "reward/correct": [0, 0.3] }), [
    "severe zero_variance",
  ]);
  const [solved] = warnings(run({ "group/frac_zero_std": flat, "reward/correct": [0.5, 1] }, 100));
  assert.equal(solved.level, "good");
  assert.match(solved.headline, /solved/);
  assert.deepEqual(found({ "group/frac_zero_std": [0.2, 0.85] }), []);
});

Deno.test("entropy that falls to a tenth, or to nothing; not where the task is solved", () => {
  assert.deepEqual(found({ "actor/entropy": [1, 0.05] }, 200), ["severe entropy_collapse"]);
  assert.deepEqual(found({ "actor/entropy": [0.03, 0.01] }), ["severe entropy_collapse"]);
  assert.deepEqual(found({ "actor/entropy": [1, 0.5] }), []);
  assert.deepEqual(found({ "actor/entropy": [1, 0.001], "reward/correct": [0.92, 1] }), []);
});

Deno.test("entropy that blows up", () => {
  assert.deepEqual(found({ "actor/entropy": [0.5, 4] }), ["severe entropy_growth"]);
  assert.deepEqual(found({ "actor/entropy": [0.1, 0.3] }), []);
});

Deno.test("answers cut by length: a tenth is told, a third is severe", () => {
  assert.deepEqual(found({ "response_length/clip_ratio": [0, 0.2] }), ["notice cut_by_length"]);
  assert.deepEqual(found({ "response_length/clip_ratio": [0.3, 0.5] }), ["severe cut_by_length"]);
});

Deno.test("a mismatch between the engines, absolute or growing", () => {
  const metric = "training/rollout_probs_diff_mean";
  assert.deepEqual(found({ [metric]: [0.02, 0.03] }), ["notice engines_disagree"]);
  assert.deepEqual(found({ [metric]: [0.001, 0.012] }), ["notice engines_disagree"]);
  assert.deepEqual(found({ [metric]: [0.01, 0.2] }), ["severe engines_disagree"]);
  assert.deepEqual(found({ [metric]: [0.0001, 0.002] }), []);
});

Deno.test("answers that cannot be read: many, or more than at first", () => {
  assert.deepEqual(found({ "reward/unparsable": [0.6, 0.6] }), ["severe unparsable"]);
  assert.deepEqual(found({ "reward/unparsable": [0.02, 0.3] }), ["notice unparsable"]);
  assert.deepEqual(found({ "reward/unparsable": [0.4, 0.1] }), []);
});

Deno.test("no refinement is right", () => {
  assert.deepEqual(found({ "critique/refinement_correct": [0, 0] }), ["severe refinements_fail"]);
  assert.deepEqual(found({ "critique/refinement_correct": [0, 0.1] }), []);
});

Deno.test("no progress in thirty steps; before that nobody is troubled", () => {
  assert.deepEqual(found({ "reward/correct": [0.05, 0.05] }), ["notice no_progress"]);
  assert.deepEqual(found({ "reward/correct": [0.05, 0.05] }, 29), []);
  assert.deepEqual(found({ "reward/correct": [0.05, 0.2] }), []);
});

Deno.test("a rule waits for ten steps, and reads nulls as gaps", () => {
  assert.deepEqual(found({ "response_length/clip_ratio": [1, 1] }, 9), []);
  const gaps = run({ "response_length/clip_ratio": [1, 1] }, 12);
  gaps[3]["response_length/clip_ratio"] = null;
  assert.equal(warnings(gaps).length, 1);
});

Deno.test("every warning says what was seen and what to try, severe ones first", () => {
  const all = warnings(run({
    "response_length/clip_ratio": [0.1, 0.2],
    "critique/refinement_correct": [0, 0],
    "reward/correct": [0, 0],
  }));
  assert.deepEqual(all.map((warning) => warning.level), ["severe", "notice", "notice"]);
  for (const { seen, tries } of all) assert.ok(seen.length > 40 && tries.length >= 2);
});
