import assert from "node:assert/strict";
import type { Device } from "../device.ts";
import { deviceTest } from "../testing/devices.ts";
import { AdamW, type AdamWOptions } from "./adamw.ts";
import { DeviceParameters } from "./device_parameters.ts";
import { type Layout, ParameterArray } from "./parameters.ts";

function setUp(device: Device, weights: number[], gradients: number[], options: AdamWOptions) {
  const layout: Layout = {
    blocks: [{ name: "w", shape: [weights.length], offset: 0, tensors: [] }],
    size: weights.length,
    parameters: weights.length,
  };
  const place = (values: number[]) => {
    const array = new ParameterArray(layout);
    array.data.set(values);
    return new DeviceParameters(device, layout, array);
  };
  const w = place(weights), g = place(gradients), adam = new AdamW(device, w, g, options);
  return { w, g, adam };
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

deviceTest("two steps by hand, with clipping and decay", async (device) => {
  // The gradient (3, 4) has norm 5 and is clipped to (0.6, 0.8).
  const { w, g, adam } = setUp(device, [1, -2], [3, 4], {
    betas: [0.9, 0.99],
    epsilon: 1e-8,
    weightDecay: 0.1,
    maxNorm: 1,
  });
  using _ = adam;
  assert.deepEqual(await adam.update(0.5), { gradientNorm: 5, applied: true });
  // m = 0.1·g, v = 0.01·g²; corrected, m̂/√v̂ = sign(g). w ← w·(1 − 0.5·0.1) − 0.5.
  near(await adam.m[0].read(), [0.06, 0.08]);
  near(await adam.v[0].read(), [0.0036, 0.0064]);
  near(await w.data.read(), [0.45, -2.4]);
  assert.equal(adam.step, 1);

  await g.data.write(Float32Array.of(0, 0.5)); // below the limit: not clipped
  assert.deepEqual(await adam.update(0.5), { gradientNorm: 0.5, applied: true });
  const m = [0.9 * 0.06, 0.9 * 0.08 + 0.1 * 0.5];
  const v = [0.99 * 0.0036, 0.99 * 0.0064 + 0.01 * 0.25];
  near(await adam.m[0].read(), m);
  near(await adam.v[0].read(), v);
  const step = (k: number) => (m[k] / (1 - 0.9 ** 2)) / Math.sqrt(v[k] / (1 - 0.99 ** 2));
  near(await w.data.read(), [0.95 * 0.45 - 0.5 * step(0), 0.95 * -2.4 - 0.5 * step(1)]);
  assert.equal(adam.step, 2);
});

deviceTest(
  "without a limit the gradient is taken as it is; ε bounds the step of a tiny one",
  async (device) => {
    const { w, adam } = setUp(device, [0, 0], [300, 1e-10], {
      maxNorm: Infinity,
      weightDecay: 0,
      epsilon: 1e-8,
    });
    using _ = adam;
    const { gradientNorm } = await adam.update(1);
    near([gradientNorm], [300]);
    near(await adam.m[0].read(), [30, 1e-11], 1e-12);
    near(await w.data.read(), [-1, -1e-10 / (1e-10 + 1e-8)], 1e-5);
  },
);

deviceTest("the defaults are PyTorch's", async (device) => {
  const { w, adam } = setUp(device, [1], [0.5], {});
  using _ = adam;
  await adam.update(1e-2);
  near(await w.data.read(), [1 - 1e-2 * 0.01 - 1e-2]);
  near(await adam.v[0].read(), [0.001 * 0.25], 1e-9);
});

deviceTest(
  "a zero gradient decays the weights alone; a zero rate changes moments alone",
  async (device) => {
    const zero = setUp(device, [2], [0], { weightDecay: 0.5 });
    using _ = zero.adam;
    assert.deepEqual(await zero.adam.update(0.1), { gradientNorm: 0, applied: true });
    near(await zero.w.data.read(), [2 * 0.95]);
    const still = setUp(device, [2], [0.5], { weightDecay: 0.5 });
    using __ = still.adam;
    await still.adam.update(0);
    assert.equal((await still.w.data.read())[0], 2);
    near(await still.adam.m[0].read(), [0.05]);
  },
);

deviceTest("a gradient that is not finite changes nothing", async (device) => {
  for (const bad of [NaN, Infinity, -Infinity, 3e38]) {
    const { w, g, adam } = setUp(device, [1, 2, 3], [0.1, 0.2, 0.3], {});
    using _ = adam;
    await adam.update(0.1);
    const state = () => Promise.all([w.data, ...adam.m, ...adam.v].map((array) => array.read()));
    const before = await state();
    await g.data.write(Float32Array.of(0.1, bad, 0.3));
    const report = await adam.update(0.1);
    assert.equal(report.applied, false);
    assert.ok(!Number.isFinite(report.gradientNorm));
    assert.deepEqual(await state(), before);
    assert.equal(adam.step, 1);
  }
});

deviceTest("one norm over pieces of uneven size, and each element updated once", async (device) => {
  const n = 2 * (1 << 15) + 77;
  const value = (i: number) => ((i * 7919) % 1000 - 500) / 500;
  const all = Array.from({ length: n }, (_, i) => value(i));
  const { w, adam } = setUp(device, all, all, { maxNorm: 1, weightDecay: 0 });
  using _ = adam;
  const norm = Math.sqrt(all.reduce((sum, x) => sum + x * x, 0));
  const { gradientNorm } = await adam.update(0.25);
  near([gradientNorm], [norm], 1e-5);
  const after = await w.data.read();
  for (let i = 0; i < n; i++) {
    const g = all[i] / norm, wanted = all[i] - 0.25 * g / (Math.abs(g) + 1e-8);
    assert.ok(Math.abs(after[i] - wanted) < 1e-4, `${i}: ${after[i]}, not ${wanted}`);
  }
});

deviceTest(
  "moments and the step number that are put back continue as if never stopped",
  async (device) => {
    const straight = setUp(device, [1, 2], [0.3, -0.4], {}),
      first = setUp(device, [1, 2], [0.3, -0.4], {});
    using _ = straight.adam;
    using __ = first.adam;
    for (let i = 0; i < 4; i++) await straight.adam.update(0.1);
    for (let i = 0; i < 2; i++) await first.adam.update(0.1);
    const second = setUp(device, [...await first.w.data.read()], [0.3, -0.4], {});
    using ___ = second.adam;
    await second.adam.m[0].write(await first.adam.m[0].read());
    await second.adam.v[0].write(await first.adam.v[0].read());
    second.adam.step = first.adam.step;
    for (let i = 0; i < 2; i++) await second.adam.update(0.1);
    assert.deepEqual(await second.w.data.read(), await straight.w.data.read());
  },
);
