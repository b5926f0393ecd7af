import assert from "node:assert/strict";
import { float32, zeros } from "../../gpu/device.ts";
import { LocalDevice } from "../../gpu/local_device.ts";
import * as g from "../../gpu/graph/mod.ts";
import { policyLoss, type PolicyLossOptions } from "./policy_loss.ts";

const options: PolicyLossOptions = {
  off_policy_reshape: "p_div_p_0.1",
  off_policy_reshape_weight: 1,
  off_policy_reshape_pow_exp: 0.5,
  off_policy_max_clip: -1,
  off_policy_min_clip: -1,
  all_max_clip: -1,
  loss_remove_clip: true,
  clip_ratio_low: 0.2,
  clip_ratio_high: 0.28,
  entropy_coeff: 0,
  use_kl_loss: false,
  kl_loss_coef: 0,
};

/** The loss of some tokens, each token's L, and the gradient by each log-probability. */
async function evaluate(
  change: Partial<PolicyLossOptions>,
  oldIsCurrent: boolean,
  threshold: number | undefined,
  inputs: Record<string, number[]>,
): Promise<{ loss: number; pgLoss: number[]; gradient: number[] }> {
  const n = inputs.logProb.length, graph = new g.Graph();
  const used = new Set(["logProb"]);
  const logProb = graph.input("logProb", [n], "float32", { differentiable: true });
  const { loss, outputs } = policyLoss({ ...options, ...change }, oldIsCurrent, threshold)({
    logProb,
    entropy: logProb,
    perToken: (name) => {
      used.add(name);
      return graph.input(name, [n]);
    },
  });
  graph.output("loss", loss);
  graph.output("pgLoss", outputs!.pgLoss);
  graph.output("gradient", g.gradients(loss, [logProb])[0]);
  using program = new LocalDevice({ threads: 1 }).compile(graph);
  const found = { loss: zeros([]), pgLoss: zeros([n]), gradient: zeros([n]) };
  const bound = [...used].map((name) => [name, float32(inputs[name] ?? Array(n).fill(0))]);
  using binding = program.bind(Object.fromEntries(bound), found);
  await binding.run();
  return {
    loss: found.loss.data[0],
    pgLoss: [...found.pgLoss.data] as number[],
    gradient: [...found.gradient.data] as number[],
  };
}

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
