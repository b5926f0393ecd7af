import assert from "node:assert/strict";
import { made } from "./made_metrics.ts";
import { warnings } from "./warnings.ts";

const healthy: Record<string, [number, number]> = {
  "ctrl/passed": [0.4, 0.6],
  "ctrl/right_recognised": [0.7, 0.8],
  "ctrl/wrong_recognised": [0.8, 0.9],
  "ctrl/timed_out": [0.01, 0.02],
  "ctrl/no_program": [0.02, 0],
  "ctrl/no_judgment": [0.05, 0],
  "group/frac_zero_std": [0.3, 0.5],
  "actor/entropy": [0.8, 0.3],
};

/** The warnings of a healthy critic's run where some metrics are others. */
const found = (values: Record<string, [number, number]>, steps?: number) =>
  warnings(made({ ...healthy, ...values }, steps)).map(({ id, level }) => `${level} ${id}`);

Deno.test("a critic that learns has no warnings", () => {
  assert.deepEqual(found({}), []);
  assert.deepEqual(found({ "ctrl/passed": [0, 0] }, 9), []);
});

Deno.test("one word for every program, whichever it is", () => {
  const incorrect = warnings(made({
    ...healthy,
    "ctrl/right_recognised": [0.01, 0.01],
    "ctrl/wrong_recognised": [1, 1],
  }));
  assert.deepEqual(incorrect.map(({ id, level }) => `${level} ${id}`), ["severe one_judgment"]);
  assert.match(incorrect[0].headline, /every program is called Incorrect/);
  const [correct] = warnings(made({
    ...healthy,
    "ctrl/right_recognised": [1, 1],
    "ctrl/wrong_recognised": [0.5, 0],
  }, 200));
  assert.match(correct.headline, /every program is called Correct/);
  assert.deepEqual(
    found({ "ctrl/right_recognised": [1, 1], "ctrl/wrong_recognised": [1, 1] }),
    [],
  );
});

Deno.test("groups of equal reward: severe where revisions fail, the end where they pass", () => {
  const flat: [number, number] = [0.95, 1];
  assert.deepEqual(found({ "group/frac_zero_std": flat }), ["severe equal_rewards"]);
  assert.deepEqual(found({ "group/frac_zero_std": flat, "ctrl/passed": [0.95, 1] }), [
    "good equal_rewards",
  ]);
});

Deno.test("timeouts that rise, or are many", () => {
  assert.deepEqual(found({ "ctrl/timed_out": [0, 0.2] }), ["notice timeouts"]);
  assert.deepEqual(found({ "ctrl/timed_out": [0.4, 0.4] }), ["severe timeouts"]);
  assert.deepEqual(found({ "ctrl/timed_out": [0.2, 0.1] }), []);
});

Deno.test("revisions without a program, critiques without a judgment", () => {
  assert.deepEqual(found({ "ctrl/no_program": [0, 0.2] }), ["notice no_program"]);
  assert.deepEqual(found({ "ctrl/no_program": [0.5, 0.5] }), ["severe no_program"]);
  assert.deepEqual(found({ "ctrl/no_judgment": [0, 0.2] }), ["notice no_judgment"]);
  assert.deepEqual(found({ "ctrl/no_judgment": [0.6, 0.6] }), ["severe no_judgment"]);
});

Deno.test("thirty steps without progress", () => {
  assert.deepEqual(found({ "ctrl/passed": [0.4, 0.4] }), ["notice critic_stuck"]);
  assert.deepEqual(found({ "ctrl/passed": [0.4, 0.4] }, 29), []);
});
