import assert from "node:assert/strict";
import { type StepLine, stepRow, stepText } from "./step_line.ts";

const line: StepLine = {
  step: 12,
  total: 400,
  reward: 0.3125,
  passAt1: 0.25,
  refinedCorrect: 0.45,
  zeroVariance: 0.125,
  meanLength: 143.3,
  tokensPerSecond: 1234,
  seconds: { step: 3.44, gen: 1.23, critique: 0, refine: 0.91, update: 1.3 },
};

Deno.test("in a log every number has its name, and what did not happen is left out", () => {
  assert.equal(
    stepText(line),
    "step 12/400  reward 0.313  pass@1 25.0%  refined 45.0%  time 3.4s  zerovar 12.5%  len 143  " +
      "tok/s 1.2k  gen 1.2  crit 0  ref 0.91  upd 1.3",
  );
  assert.doesNotMatch(stepText({ ...line, refinedCorrect: null }), /refined/);
  assert.match(
    stepText({ ...line, seconds: { step: 75, val: 12.4 } }),
    /time 1m 15s .* val 12\.4$/,
  );
});

Deno.test("in a terminal the numbers stand under their names", () => {
  assert.deepEqual(stepRow({ ...line, refinedCorrect: null }, 80), {
    heading: "   step reward pass@1 refined   time zerovar  len tok/s  gen crit  ref  upd  val",
    row: " 12/400  0.313  25.0%       -   3.4s   12.5%  143  1.2k  1.2    0 0.91  1.3    -",
  });
});

Deno.test("a narrow terminal shows what matters most, never more than fits", () => {
  assert.deepEqual(stepRow(line, 40), {
    heading: "   step reward pass@1 refined   time",
    row: " 12/400  0.313  25.0%   45.0%   3.4s",
  });
  for (let columns = 10; columns < 100; columns++) {
    const { heading, row } = stepRow({ ...line, reward: -12345.678 }, columns);
    assert.ok(heading.length <= columns && row.length <= columns);
  }
});
