import assert from "node:assert/strict";
import { Device } from "../device.ts";
import { AdamW, type AdamWOptions } from "./adamw.ts";
import { type Layout, ParameterArray } from "./parameters.ts";

const device = new Device({ threads: 1 });

function setUp(weights: number[], gradients: number[], options: AdamWOptions) {
  const layout: Layout = {
    blocks: [{ name: "w", shape: [weights.length], offset: 0, tensors: [] }],
    size: weights.length,
    parameters: weights.length,
  };
  const w = new ParameterArray(layout), g = new ParameterArray(layout);
  w.data.set(weights);
  g.data.set(gradients);
  return { w, g, adam: new AdamW(device, w, g, options) };
}

function near(found: ArrayLike<number>, wanted: number[], tolerance = 1e-6): void {
  assert.equal(found.length, wanted.length);
  wanted.forEach((x, i) =>
    assert.ok(
      Math.abs(found[i] - x) <= tolerance * Math.max(1, Math.abs(x)),
      `${found[i]}, not ${x}`,
    )
  );
}

Deno.test("two steps by hand, with clipping and decay", async () => {
  // The gradient (3, 4) has norm 5 and is clipped to (0.6, 0.8).
  const { w, g, adam } = setUp([1, -2], [3, 4], {
    betas: [0.9, 0.99],
    epsilon: 1e-8,
    weightDecay: 0.1,
    maxNorm: 1,
  });
  using _ = adam;
  assert.deepEqual(await adam.update(0.5), { gradientNorm: 5, applied: true });
  // m = 0.1·g, v = 0.01·g²; corrected, m̂/√v̂ = sign(g). w ← w·(1 − 0.5·0.1) − 0.5.
  near(adam.m.data, [0.06, 0.08]);
  near(adam.v.data, [0.0036, 0.0064]);
  near(w.data, [0.45, -2.4]);
  assert.equal(adam.step, 1);

  g.data.set([0, 0.5]); // below the limit: not clipped
  assert.deepEqual(await adam.update(0.5), { gradientNorm: 0.5, applied: true });
  const m = [0.9 * 0.06, 0.9 * 0.08 + 0.1 * 0.5];
  const v = [0.99 * 0.0036, 0.99 * 0.0064 + 0.01 * 0.25];
  near(adam.m.data, m);
  near(adam.v.data, v);
  const step = (k: number) => (m[k] / (1 - 0.9 ** 2)) / Math.sqrt(v[k] / (1 - 0.99 ** 2));
  near(w.data, [0.95 * 0.45 - 0.5 * step(0), 0.95 * -2.4 - 0.5 * step(1)]);
  assert.equal(adam.step, 2);
});

Deno.test("without a limit the gradient is taken as it is; ε bounds the step of a tiny one", async () => {
  const { w, adam } = setUp([0, 0], [300, 1e-10], {
    maxNorm: Infinity,
    weightDecay: 0,
    epsilon: 1e-8,
  });
  using _ = adam;
  const { gradientNorm } = await adam.update(1);
  near([gradientNorm], [300]);
  near(adam.m.data, [30, 1e-11], 1e-12);
  near(w.data, [-1, -1e-10 / (1e-10 + 1e-8)], 1e-5);
});

Deno.test("the defaults are PyTorch's", async () => {
  const { w, adam } = setUp([1], [0.5], {});
  using _ = adam;
  await adam.update(1e-2);
  near(w.data, [1 - 1e-2 * 0.01 - 1e-2]);
  near(adam.v.data, [0.001 * 0.25], 1e-9);
});

Deno.test("a zero gradient decays the weights alone; a zero rate changes moments alone", async () => {
  const zero = setUp([2], [0], { weightDecay: 0.5 });
  using _ = zero.adam;
  assert.deepEqual(await zero.adam.update(0.1), { gradientNorm: 0, applied: true });
  near(zero.w.data, [2 * 0.95]);
  const still = setUp([2], [0.5], { weightDecay: 0.5 });
  using __ = still.adam;
  await still.adam.update(0);
  assert.equal(still.w.data[0], 2);
  near(still.adam.m.data, [0.05]);
});

Deno.test("a gradient that is not finite changes nothing", async () => {
  for (const bad of [NaN, Infinity, -Infinity, 3e38]) {
    const { w, g, adam } = setUp([1, 2, 3], [0.1, 0.2, 0.3], {});
    using _ = adam;
    await adam.update(0.1);
    const before = [w, adam.m, adam.v].map(({ data }) => data.slice());
    g.data[1] = bad;
    const report = await adam.update(0.1);
    assert.equal(report.applied, false);
    assert.ok(!Number.isFinite(report.gradientNorm));
    assert.deepEqual([w, adam.m, adam.v].map(({ data }) => data), before);
    assert.equal(adam.step, 1);
  }
});

Deno.test("one norm over pieces of uneven size, and each element updated once", async () => {
  const n = 2 * (1 << 15) + 77;
  const value = (i: number) => ((i * 7919) % 1000 - 500) / 500;
  const all = Array.from({ length: n }, (_, i) => value(i));
  const { w, adam } = setUp(all, all, { maxNorm: 1, weightDecay: 0 });
  using _ = adam;
  const norm = Math.sqrt(all.reduce((sum, x) => sum + x * x, 0));
  const { gradientNorm } = await adam.update(0.25);
  near([gradientNorm], [norm], 1e-5);
  for (let i = 0; i < n; i++) {
    const g = all[i] / norm, wanted = all[i] - 0.25 * g / (Math.abs(g) + 1e-8);
    assert.ok(Math.abs(w.data[i] - wanted) < 1e-4, `${i}: ${w.data[i]}, not ${wanted}`);
  }
});

Deno.test("moments and the step number that are put back continue as if never stopped", async () => {
  const straight = setUp([1, 2], [0.3, -0.4], {}), first = setUp([1, 2], [0.3, -0.4], {});
  using _ = straight.adam;
  using __ = first.adam;
  for (let i = 0; i < 4; i++) await straight.adam.update(0.1);
  for (let i = 0; i < 2; i++) await first.adam.update(0.1);
  const second = setUp([...first.w.data], [0.3, -0.4], {});
  using ___ = second.adam;
  second.adam.m.data.set(first.adam.m.data);
  second.adam.v.data.set(first.adam.v.data);
  second.adam.step = first.adam.step;
  for (let i = 0; i < 2; i++) await second.adam.update(0.1);
  assert.deepEqual(second.w.data, straight.w.data);
});
