/** The loss of a few tokens, for tests by hand. */

import { float32, zeros } from "../../../gpu/device.ts";
import { LocalDevice } from "../../../gpu/local_device.ts";
import * as g from "../../../gpu/graph/mod.ts";
import { policyLoss, type PolicyLossOptions } from "../policy_loss.ts";

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

/** The loss of some tokens, each token's L, and the gradient by each log-probability; inputs that are left out are 0. */
export async function evaluateLoss(
  change: Partial<PolicyLossOptions>,
  oldIsCurrent: boolean,
  threshold: number | undefined,
  inputs: Record<string, number[]>,
): Promise<{ loss: number; pgLoss: number[]; gradient: number[] }> {
  const n = inputs.logProb.length, graph = new g.Graph();
  const used = new Set(["logProb"]);
  const logProb = graph.input("logProb", [n], "float32", { differentiable: true });
  const input = (name: string) => {
    used.add(name);
    return graph.input(name, [n]);
  };
  const { loss, outputs } = policyLoss({ ...options, ...change }, oldIsCurrent, threshold)({
    logProb,
    entropy: input("entropy"),
    perToken: input,
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
