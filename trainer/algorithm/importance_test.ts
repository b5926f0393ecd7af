import assert from "node:assert/strict";
import { evaluateLoss as evaluate } from "./testing/loss.ts";

const near = (found: readonly number[], wanted: readonly number[]) =>
  wanted.forEach((x, i) => assert.ok(Math.abs(found[i] - x) < 1e-5, `${i}: ${found[i]}, not ${x}`));

const ln = Math.log;

Deno.test("importance weights, by hand: ρ = min(π_old/π_rollout, 2), constant to the gradient", async () => {
  const inputs = {
    logProb: [ln(0.4), ln(0.4), ln(0.4), ln(0.4)],
    oldLogProb: [ln(0.5), ln(0.5), ln(0.5), ln(0.5)],
    rolloutLogProb: [ln(0.5), ln(0.4), ln(0.1), ln(0.1)],
    advantage: [1, 1, -1, 1],
    refined: [0, 0, 0, 1],
    weight: [1, 1, 1, 1],
  };
  // ratio 0.8; ρ 1, 1.25, 5 cut to 2; the refinement has none: f(0.4) = 0.8, f' = 0.1/0.25
  const { pgLoss, gradient } = await evaluate({}, false, 2, inputs);
  near(pgLoss, [-0.8, -1, 1.6, -0.8]);
  near(gradient, [-0.8, -1, 1.6, -0.4 * 0.4]);
  const plain = await evaluate({}, false, undefined, inputs);
  near(plain.pgLoss, [-0.8, -0.8, 0.8, -0.8]);
  // π_old is π: the ratio is 1, ρ 0.8, 1, 4 cut to 2
  const current = await evaluate({}, true, 2, inputs);
  near(current.pgLoss, [-0.8, -1, 2, -0.8]);
  near(current.gradient, [-0.8, -1, 2, -0.16]);
});

Deno.test("importance weights multiply what clipping has left", async () => {
  const inputs = {
    logProb: [ln(0.9), ln(0.3)],
    oldLogProb: [ln(0.6), ln(0.6)],
    rolloutLogProb: [ln(0.4), ln(1e-30)],
    advantage: [1, -1],
    weight: [1, 1],
  };
  // ratio 1.5 held at 1.28, times 1.5; ratio 0.5 held at 0.8, times 2: a token that was next to impossible
  const { pgLoss, gradient } = await evaluate({ loss_remove_clip: false }, false, 2, inputs);
  near(pgLoss, [-1.28 * 1.5, 1.6]);
  near(gradient, [0, 0]);
});

Deno.test("importance weights: loss and gradient as PyTorch has them", async () => {
  const file = new URL("../../tests/fixtures/importance.json", import.meta.url);
  const fixture = JSON.parse(Deno.readTextFileSync(file));
  for (const { clip, old_is_current, loss, gradient } of fixture.cases) {
    const found = await evaluate(
      { loss_remove_clip: !clip },
      old_is_current,
      fixture.cap,
      fixture.inputs,
    );
    near([found.loss], [loss]);
    near(found.gradient, gradient);
  }
});
