import assert from "node:assert/strict";
import { float32, zeros } from "../../gpu/device.ts";
import { LocalDevice } from "../../gpu/local_device.ts";
import * as g from "../../gpu/graph/mod.ts";
import { lowVarianceKl } from "./policy_loss.ts";

Deno.test("k3, by hand: e^d − d − 1 with d = log p_ref − log p, held within ±10", async () => {
  const graph = new g.Graph();
  const kl = lowVarianceKl(graph.input("logProb", [6]), graph.input("refLogProb", [6]));
  graph.output("kl", kl);
  using program = new LocalDevice({ threads: 1 }).compile(graph);
  const found = zeros([6]);
  using binding = program.bind({
    logProb: float32([-1, -1, -1, -4, -30, -0.1]),
    refLogProb: float32([-1, -0.5, -2, -1, -1, -25]),
  }, { kl: found });
  await binding.run();
  const wanted = [
    0, // d = 0
    0.1487213, // d = 0.5: 1.6487213 − 1.5
    0.3678794, // d = −1: 0.3678794 + 1 − 1
    10, // d = 3: 20.0855369 − 4 = 16.1, above the limit
    10, // d = 29
    10, // d = −24.9, held at −20: 19
  ];
  wanted.forEach((value, i) => assert.ok(Math.abs(found.data[i] - value) < 1e-6, `token ${i}`));
});
