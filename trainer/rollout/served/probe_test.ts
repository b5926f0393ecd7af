import assert from "node:assert/strict";
import { StepAbandoned } from "../../method.ts";
import { compareProbe, probePrompts } from "./probe.ts";

Deno.test("probes are the run's own prompts, long enough for a block of a prefix cache", () => {
  const prompts = probePrompts([[1, 2, 3], [4, 5]], 1000);
  assert.equal(prompts.length, 4);
  assert.ok(prompts.every(({ length }) => length === 144));
  assert.deepEqual(prompts.map((prompt) => prompt.slice(0, 6)), [
    [1, 2, 3, 4, 5, 1],
    [2, 3, 4, 5, 1, 2],
    [3, 4, 5, 1, 2, 3],
    [4, 5, 1, 2, 3, 4],
  ]);
  assert.ok(probePrompts([[1, 2, 3]], 7).every(({ length }) => length === 7));
  assert.throws(() => probePrompts([], 7), /without any prompt/);
});

const circumstances = {
  url: "http://a",
  folder: "/shared/w",
  tolerance: 0.1,
  tied: false,
  temperature: 1,
};
const drawn = (...rows: number[][]) =>
  rows.map((logprobs) => ({ tokens: logprobs.map(() => 0), logprobs, finish: "length" as const }));

Deno.test("a probe within the tolerance, by hand", () => {
  const mean = compareProbe(drawn([-1, -2], [-3]), [[-1.1, -2], [-2.9]], circumstances);
  assert.ok(Math.abs(mean - 0.2 / 3) < 1e-12);
});

Deno.test("a probe beyond it: both numbers, and only the causes that are possible", () => {
  const told = (change: object): string => {
    try {
      compareProbe(drawn([-1, -2]), [[-1.5, -5]], { ...circumstances, ...change });
    } catch (error) {
      assert.ok(error instanceof StepAbandoned);
      return error.message;
    }
    throw new Error("it passed");
  };
  assert.match(
    told({}),
    /^http:\/\/a does not serve the policy\. Of 2 tokens .* by 1\.7500 on average \(at most 0\.1: .*\); of one it says -2\.0000, the trainer -5\.0000\. Likely causes: it kept its prefix cache.*\/shared\/w; .*number format$/,
  );
  assert.match(told({ tied: true }), /causes: its head is tied to its embedding/);
  assert.match(told({ temperature: 0.7 }), /before the temperature of 0\.7/);
});
