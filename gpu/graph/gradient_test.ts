import assert from "node:assert/strict";
import { float32, int64, type TensorData, type TensorView, zeros } from "../device.ts";
import { LocalDevice } from "../local_device.ts";
import * as g from "./mod.ts";

/** A fixed sequence of numbers in [0, 1) without a pattern that matters here. */
class Random {
  constructor(private state: number) {}
  next(): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state / 2147483647;
  }
  int(n: number): number {
    return Math.floor(this.next() * n);
  }
}

/** Draws that stay away from kinks and poles. */
function draw(random: Random, shape: number[], low = -1, high = 1): TensorView<TensorData> {
  const size = shape.reduce((a, b) => a * b, 1);
  return float32(Array.from({ length: size }, () => low + (high - low) * random.next()), shape);
}

interface Case {
  inputs: TensorView<TensorData>[];
  /** Symbolic shapes to declare, where the test is about them. */
  shapes?: g.Dim[][];
  fixed?: Record<string, TensorView<TensorData>>;
  build: (inputs: g.Tensor[], fixed: Record<string, g.Tensor>) => g.Tensor;
}

/**
 * The gradient of Σ c·f(x), for random c, against central differences of the same graph. In float32 a step of 1e-2
 * leaves about 1e-4 of truncation and of round-off each.
 */
async function check(name: string, test: Case, threads = 1): Promise<void> {
  const graph = new g.Graph();
  const inputs = test.inputs.map((t, i) =>
    graph.input(`x${i}`, test.shapes?.[i] ?? t.shape, "float32", { differentiable: true })
  );
  const fixed = Object.fromEntries(
    Object.entries(test.fixed ?? {}).map(([key, t]) => [
      key,
      graph.input(key, t.shape, t.data instanceof BigInt64Array ? "int64" : "float32"),
    ]),
  );
  const y = test.build(inputs, fixed);
  const weights = graph.input("weights", y.shape);
  const loss = g.sum(g.mul(y, weights));
  graph.output("loss", loss);
  g.gradients(loss, inputs).forEach((d, i) => graph.output(`d${i}`, d));
  using program = new LocalDevice({ threads }).compile(graph);

  const shape = y.shape.map((size) => typeof size === "number" ? size : test.inputs[0].shape[0]);
  const c = draw(new Random(7777), shape);
  const lossOut = zeros([]), grads = test.inputs.map((t) => zeros(t.shape));
  using binding = program.bind(
    { ...Object.fromEntries(test.inputs.map((t, i) => [`x${i}`, t])), ...test.fixed, weights: c },
    { loss: lossOut, ...Object.fromEntries(grads.map((t, i) => [`d${i}`, t])) },
  );
  await binding.run();
  const found = grads.map((t) => t.data.slice());
  const scale = Math.max(...found.map((f) => Math.max(...f.map(Math.abs))));
  assert.ok(scale > 0, `${name}: every gradient is zero`);
  const STEP = 1e-2;
  test.inputs.forEach((input, i) => {
    for (let k = 0; k < input.data.length; k++) {
      const x = Number(input.data[k]);
      const at = (v: number) => {
        input.data[k] = v;
        binding.runSync();
        return lossOut.data[0];
      };
      const numeric = (at(x + STEP) - at(x - STEP)) / (2 * STEP);
      input.data[k] = x;
      const error = Math.abs(numeric - found[i][k]);
      assert.ok(
        error <= 3e-3 * Math.max(1, scale),
        `${name}: d${i}[${k}] ${found[i][k]}, not ${numeric}`,
      );
    }
  });
}

const random = new Random(12345);
const d = (...shape: number[]) => draw(random, shape);
const positive = (...shape: number[]) => draw(random, shape, 0.5, 1.5);
/** A table row drawn three times: its gradient is a sum. */
const repeated = int64([2, 0, 2, 3, 2, 1], [2, 3]);

const cases: Record<string, Case> = {
  add: { inputs: [d(3, 4), d(3, 4)], build: ([a, b]) => g.add(a, b) },
  "add, bias over three axes": { inputs: [d(2, 3, 4), d(4)], build: ([a, b]) => g.add(a, b) },
  "add, middle axis broadcast": {
    inputs: [d(2, 3, 4), d(2, 1, 4)],
    build: ([a, b]) => g.add(a, b),
  },
  sub: { inputs: [d(3, 4), d(1, 4)], build: ([a, b]) => g.sub(a, b) },
  mul: { inputs: [d(3, 4), d(3, 1)], build: ([a, b]) => g.mul(a, b) },
  "mul, a tensor with itself": { inputs: [d(3, 4)], build: ([a]) => g.mul(a, a) },
  div: { inputs: [d(3, 4), positive(3, 4)], build: ([a, b]) => g.div(a, b) },
  min: { inputs: [d(4, 5), d(4, 5)], build: ([a, b]) => g.min(a, g.add(b, 0.031)) },
  max: { inputs: [d(4, 5), d(4, 5)], build: ([a, b]) => g.max(a, g.add(b, 0.031)) },
  neg: { inputs: [d(3)], build: ([a]) => g.neg(a) },
  exp: { inputs: [d(3, 2)], build: ([a]) => g.exp(a) },
  log: { inputs: [positive(3, 2)], build: ([a]) => g.log(a) },
  sqrt: { inputs: [positive(3, 2)], build: ([a]) => g.sqrt(a) },
  sigmoid: { inputs: [d(3, 2)], build: ([a]) => g.sigmoid(a) },
  "pow 0.5": { inputs: [positive(3, 2)], build: ([a]) => g.pow(a, 0.5) },
  "pow 3": { inputs: [d(3, 2)], build: ([a]) => g.pow(a, 3) },
  clip: {
    inputs: [float32([-0.9, -0.2, 0.3, 0.8])],
    build: ([a]) => g.mul(g.clip(a, -0.5, 0.5), a),
  },
  where: {
    inputs: [d(3, 4), d(3, 4)],
    build: ([a, b]) => g.where(g.compare("Greater", g.mul(a, 0), -1), g.mul(a, b), b),
  },
  "stopGradient cuts one path": {
    inputs: [d(3)],
    // d(x·stop(x))/dx is x, not 2x: written so that the difference quotient agrees.
    build: ([a]) => g.add(g.mul(a, 2), g.mul(g.stopGradient(a), 0)),
  },
  "sum, middle axis": { inputs: [d(2, 3, 4)], build: ([a]) => g.sum(a, [1]) },
  "sum, kept": { inputs: [d(2, 3, 4)], build: ([a]) => g.sum(a, [0, 2], true) },
  mean: { inputs: [d(2, 3, 4)], build: ([a]) => g.mean(a, [-1]) },
  maximum: { inputs: [d(3, 5)], build: ([a]) => g.maximum(a, [-1]) },
  softmax: { inputs: [d(3, 5)], build: ([a]) => g.softmax(a) },
  "reshape, two unknown sizes": {
    inputs: [d(3, 3, 4)],
    shapes: [["b", "s", 4]],
    build: ([a]) => g.sum(g.mul(g.reshape(a, ["n", 4]), 2), [0]),
  },
  transpose: { inputs: [d(2, 3, 4)], build: ([a]) => g.transpose(a, [2, 0, 1]) },
  "split and concat": {
    inputs: [d(3, 6)],
    build: ([a]) => {
      const [x, y, z] = g.split(a, [1, 2, 3]);
      return g.concat([g.mul(z, 2), x, g.mul(y, y)]);
    },
  },
  "concat along an axis of unknown sizes": {
    inputs: [d(3, 4), d(3, 4)],
    shapes: [["m", 4], ["n", 4]],
    build: ([a, b]) => g.sum(g.mul(g.concat([g.mul(a, a), b], 0), g.concat([b, a], 0)), [0]),
  },
  "split along an axis of unknown sizes": {
    inputs: [d(5, 4)],
    shapes: [["n", 4]],
    build: ([a]) => {
      const [x, y] = g.split(a, ["m", "k"], 0, a.graph.integers([2, 3]));
      return g.add(g.sum(g.mul(x, x), [0]), g.sum(y, [0]));
    },
  },
  "reshape to sizes told when it runs": {
    inputs: [d(6, 2)],
    shapes: [["n", 2]],
    build: ([a]) => g.sum(g.reshape(a, ["k", "m", 2], a.graph.integers([2, 3, 2])), [0, 1]),
  },
  matmul: { inputs: [d(3, 4), d(4, 5)], build: ([a, b]) => g.matmul(a, b) },
  "matmul, a transposed": {
    inputs: [d(4, 3), d(4, 5)],
    build: ([a, b]) => g.matmul(a, b, { transposeA: true }),
  },
  "matmul, both transposed and scaled": {
    inputs: [d(4, 3), d(5, 4)],
    build: ([a, b]) => g.matmul(a, b, { transposeA: true, transposeB: true, scale: 0.3 }),
  },
  "matmul, batched, b transposed": {
    inputs: [d(2, 3, 4), d(2, 5, 4)],
    build: ([a, b]) => g.matmul(a, b, { transposeB: true }),
  },
  "matmul, batch times weight": {
    inputs: [d(2, 3, 4), d(5, 4)],
    build: ([a, b]) => g.matmul(a, b, { transposeB: true }),
  },
  "gatherRows, repeated": {
    inputs: [d(5, 3)],
    fixed: { index: repeated },
    build: ([a], { index }) => g.gatherRows(a, index),
  },
  "gatherRows, repeated, a large table": {
    inputs: [d(1025, 1)],
    fixed: { index: int64([1024, 0, 1024, 3, 2, 1024]) },
    build: ([a], { index }) => g.gatherRows(a, index),
  },
  "gatherRows, tied with a product": {
    inputs: [d(5, 3)],
    fixed: { index: repeated },
    build: ([a], { index }) => g.matmul(g.gatherRows(a, index), a, { transposeB: true }),
  },
  selectRows: {
    inputs: [d(5, 3)],
    fixed: { index: int64([4, 0, 3]) },
    build: ([a], { index }) => g.selectRows(a, index),
  },
  rmsNorm: { inputs: [d(2, 3, 8), positive(8)], build: ([x, w]) => g.rmsNorm(x, w, 1e-6) },
  swiglu: { inputs: [d(3, 4), d(3, 4)], build: ([x, y]) => g.swiglu(x, y) },
  rotary: {
    inputs: [d(2, 3, 8)],
    build: ([x]) => g.rotary(x, g.rotaryTable(x.graph, 5, [1, 0.01])),
  },
  attention: {
    inputs: [d(2, 4, 3, 2), d(2, 2, 3, 2), d(2, 2, 3, 2)],
    fixed: { at: float32([0, 1, 2, 0, 1, 2], [2, 3]) },
    build: ([q, k, v], { at }) => g.attention(q, k, v, g.causalMask(at, at)),
  },
  "attention, one key a query": {
    inputs: [d(1, 2, 4, 3), d(1, 2, 4, 3), d(1, 2, 4, 3)],
    fixed: { at: float32([0, 1, 2, 3], [1, 4]) },
    build: ([q, k, v], { at }) => g.attention(q, k, v, g.causalMask(at, at)),
  },
  "attention behind a prompt, with a window": {
    inputs: [d(2, 2, 3, 2), d(2, 2, 5, 2), d(2, 2, 5, 2)],
    fixed: {
      at: float32([2, 3, 4, 1, 2, 3], [2, 3]),
      keys: float32([0, 1, 2, 3, 4, 0, 9, 1, 2, 3], [2, 5]),
    },
    build: ([q, k, v], { at, keys }) => g.attention(q, k, v, g.causalMask(at, keys, 3)),
  },
  "tokenLogProbs, both": {
    inputs: [d(4, 6)],
    fixed: { tokens: int64([1, 5, 1, 0]) },
    build: ([x], { tokens }) => {
      const { logProb, entropy } = g.tokenLogProbs(x, tokens);
      return g.add(logProb, g.mul(entropy, 0.7));
    },
  },
  "tokenLogProbs, the log-probability alone": {
    inputs: [d(4, 6)],
    fixed: { tokens: int64([1, 5, 1, 0]) },
    build: ([x], { tokens }) => g.tokenLogProbs(x, tokens).logProb,
  },
  "tokenLogProbs, the entropy alone": {
    inputs: [d(4, 6)],
    fixed: { tokens: int64([1, 5, 1, 0]) },
    build: ([x], { tokens }) => g.tokenLogProbs(x, tokens).entropy,
  },
};

for (const [name, test] of Object.entries(cases)) {
  Deno.test(`gradient by finite differences: ${name}`, () => check(name, test));
}

for (const ROWS of [7, 5000]) {
  Deno.test(`a look-up's gradient adds every repeat, also when two threads share the work (${ROWS} rows)`, async () => {
    const WIDTH = 64, LOOKUPS = 4096;
    const graph = new g.Graph();
    const table = graph.input("table", [ROWS, WIDTH], "float32", { differentiable: true });
    const index = graph.input("index", ["n"], "int64");
    const [gradient] = g.gradients(g.sum(g.gatherRows(table, index)), [table]);
    graph.output("gradient", gradient);
    using program = new LocalDevice({ threads: 2 }).compile(graph);
    // A few rows take nearly all look-ups, as a few tokens do.
    const picks = Array.from({ length: LOOKUPS }, () => random.int(random.int(8) ? 7 : ROWS));
    const counts = Array.from({ length: ROWS }, (_, row) => picks.filter((p) => p === row).length);
    const out = zeros([ROWS, WIDTH]);
    using binding = program.bind({ table: zeros([ROWS, WIDTH]), index: int64(picks) }, {
      gradient: out,
    });
    for (let repeat = 0; repeat < 50; repeat++) {
      await binding.run();
      for (let row = 0; row < ROWS; row++) {
        for (let k = 0; k < WIDTH; k++) assert.equal(out.data[row * WIDTH + k], counts[row]);
      }
    }
  });
}

Deno.test("a base is added to the gradient, and may share its memory", async () => {
  const graph = new g.Graph();
  const x = graph.input("x", [3], "float32", { differentiable: true });
  const base = graph.input("base", [3]);
  graph.output("gradient", g.gradients(g.sum(g.mul(x, x)), [x], [base])[0]);
  using program = new LocalDevice({ threads: 1 }).compile(graph);
  const accumulator = float32([10, 20, 30]);
  using binding = program.bind({ x: float32([1, 2, 3]), base: accumulator }, {
    gradient: accumulator,
  });
  await binding.run();
  assert.deepEqual([...accumulator.data], [12, 24, 36]);
  await binding.run();
  assert.deepEqual([...accumulator.data], [14, 28, 42]);
});

Deno.test("a weight's gradient adds itself to a base in the same memory, at two threads", async () => {
  const random = new Random(99), rows = 300, from = 70, to = 90;
  const x = draw(random, [rows, from]), c = draw(random, [rows, to]);
  const earlier = draw(random, [to, from]);
  for (const threads of [1, 2]) {
    const graph = new g.Graph();
    const w = graph.input("w", [to, from], "float32", { differentiable: true });
    const y = g.matmul(graph.input("x", ["rows", from]), w, { transposeB: true, scale: 0.5 });
    const loss = g.sum(g.mul(y, graph.input("c", ["rows", to])));
    const base = graph.input("base", [to, from]);
    graph.output("gradient", g.gradients(loss, [w], [base])[0]);
    const both = float32(earlier.data as Float32Array, [to, from]);
    using program = new LocalDevice({ threads }).compile(graph);
    using binding = program.bind({ w: zeros([to, from]), x, c, base: both }, { gradient: both });
    await binding.run();
    for (let i = 0; i < to; i++) {
      for (let j = 0; j < from; j++) {
        let wanted = Number(earlier.data[i * from + j]);
        for (let r = 0; r < rows; r++) {
          wanted += 0.5 * Number(c.data[r * to + i]) * Number(x.data[r * from + j]);
        }
        assert.ok(Math.abs(both.data[i * from + j] - wanted) <= 1e-4, `${i}, ${j}`);
      }
    }
  }
});

Deno.test("a tensor without influence on the loss has no gradient", () => {
  const graph = new g.Graph();
  const x = graph.input("x", [3], "float32", { differentiable: true });
  const y = graph.input("y", [2], "float32", { differentiable: true });
  assert.throws(() => g.gradients(g.sum(x), [y]), /\[2\] does not influence the loss/);
});
