import assert from "node:assert/strict";
import { discrimination, turnMetrics } from "./metrics.ts";
import type { SolutionRecord } from "./record.ts";

const at = (turn: number, passed: boolean, more: Partial<SolutionRecord> = {}): SolutionRecord => ({
  method: "m",
  task: "t",
  sample: 0,
  turn,
  code: "x",
  passed,
  verdict: passed ? "Accepted" : "WrongAnswer",
  ...more,
});

Deno.test("the paper's rows add up: pass@1 = initial + Δ↑ − Δ↓, always against the initial solutions", () => {
  // Four solutions by hand: right, right, wrong, wrong.
  const first = [at(0, true), at(0, true), at(0, false), at(0, false)];
  const second = [
    at(1, true, { judgment: "Correct", stopped: true }),
    at(1, false, { judgment: "Incorrect" }),
    at(1, true, { judgment: "Incorrect" }),
    at(1, false, { judgment: null, verdict: "TimeLimitExceeded" }),
  ];
  const third = [
    second[0],
    at(2, true, { judgment: "Incorrect" }),
    at(2, true, { judgment: "Incorrect" }),
    at(2, false, { judgment: "Incorrect", verdict: "NoProgram", fault: "none came" }),
  ];
  const [zero, one, two] = turnMetrics([first, second, third]);
  assert.deepEqual([zero["pass@1"], zero.delta_up, zero.delta_down], [0.5, 0, 0]);
  assert.deepEqual([one["pass@1"], one.delta_up, one.delta_down], [0.5, 0.25, 0.25]);
  assert.equal(one.timeout_rate, 0.25);
  assert.deepEqual(one.counts, { no_judgment: 1, no_program: 0, faults: 0 });
  assert.equal(zero.discrimination, null);
  // The second that was broken is mended: against the initial solutions nothing is lost any more.
  assert.deepEqual([two["pass@1"], two.delta_up, two.delta_down], [0.75, 0.25, 0]);
  assert.equal(two.criticised, 3);
  assert.deepEqual(two.counts, { no_judgment: 0, no_program: 1, faults: 1 });
});

Deno.test("F1 by hand, for both classes", () => {
  const judged = [
    { passed: true, judgment: "Correct" },
    { passed: true, judgment: "Incorrect" },
    { passed: true, judgment: null },
    { passed: false, judgment: "Correct" },
    { passed: false, judgment: "Incorrect" },
    { passed: false, judgment: "Incorrect" },
  ] as const;
  const found = discrimination(judged);
  assert.equal(found.f1_passed, 2 * 1 / (2 + 3)); // one hit, two called Correct, three are
  assert.equal(found.f1_failed, 2 * 2 / (3 + 3));
  assert.equal(found.f1_macro, (0.4 + 2 / 3) / 2);
  assert.deepEqual([found.accuracy_passed, found.accuracy_failed], [1 / 3, 2 / 3]);
  const all = discrimination([{ passed: false, judgment: "Incorrect" }]);
  assert.deepEqual([all.f1_passed, all.f1_failed, all.accuracy_passed], [0, 1, null]);
});
