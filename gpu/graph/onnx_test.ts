import assert from "node:assert/strict";
import { float32, type TensorView, zeros } from "../device.ts";
import { LocalDevice } from "../local_device.ts";
import * as g from "./mod.ts";

const device = new LocalDevice({ threads: 1 });

/** Runs a graph; every output gets `shape`. */
function run(
  graph: g.Graph,
  inputs: Record<string, TensorView>,
  shape: number[],
  externals?: Record<string, TensorView>,
): Record<string, number[]> {
  using program = device.compile(graph, externals);
  const outputs = Object.fromEntries([...graph.outputs.keys()].map((name) => [name, zeros(shape)]));
  using binding = program.bind(inputs, outputs);
  binding.runSync();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...data]]));
}

const contains = (graph: g.Graph, text: string) =>
  new TextDecoder("latin1").decode(g.onnxBytes(graph)).includes(text);

Deno.test("operators and constants on which no output depends are left out", () => {
  const graph = new g.Graph();
  const x = graph.input("x", [2]);
  const constant = graph.constant(Float32Array.of(123, 456), [2]);
  const dead = g.exp(g.mul(x, constant));
  graph.output("y", g.neg(x));
  assert.ok(!contains(graph, "Exp") && !contains(graph, "Mul"));
  assert.ok(contains(graph, "Neg"));
  const before = g.onnxBytes(graph).length;
  graph.output("z", dead);
  assert.ok(contains(graph, "Exp") && contains(graph, "Mul"));
  assert.ok(g.onnxBytes(graph).length > before);
  const { y, z } = run(graph, { x: float32([0, 1 / 456]) }, [2]);
  assert.deepEqual(y, [-0, -Math.fround(1 / 456)]);
  assert.ok(Math.abs(z[0] - 1) < 1e-6 && Math.abs(z[1] - Math.E) < 1e-6);
});

Deno.test("equal constants are held once; those that differ in type, shape or a sign are not", () => {
  const graph = new g.Graph();
  assert.equal(graph.scalar(0.1), graph.scalar(0.1));
  assert.equal(graph.integers([1, 2]), graph.integers([1, 2]));
  const zero = graph.scalar(0);
  assert.equal(zero, graph.scalar(0));
  for (
    const other of [
      graph.scalar(-0),
      graph.constant(Float32Array.of(0), [1]),
      graph.constant(Int32Array.of(0), []),
      graph.constant(BigInt64Array.of(0n), []),
      graph.scalar(NaN),
    ]
  ) assert.notEqual(other, zero);
  const long = () => graph.constant(new Float32Array(33).fill(1), [33]);
  assert.notEqual(long(), long(), "a table is not compared element by element");
});

Deno.test("−0 stays −0", () => {
  const graph = new g.Graph();
  const x = graph.input("x", [1]);
  graph.output("plus", g.div(x, 0));
  graph.output("minus", g.div(x, -0));
  assert.deepEqual(run(graph, { x: float32([1]) }, [1]), { plus: [Infinity], minus: [-Infinity] });
});

Deno.test("an input, a constant and an external constant may be outputs", () => {
  const graph = new g.Graph();
  graph.output("x again", graph.input("x", [2]));
  graph.output("constant", graph.constant(Float32Array.of(3, 4), [2]));
  graph.output("external", graph.external("e", [2]));
  assert.deepEqual(run(graph, { x: float32([1, 2]) }, [2], { e: float32([5, 6]) }), {
    "x again": [1, 2],
    constant: [3, 4],
    external: [5, 6],
  });
});

Deno.test("several outputs: of one chain, and one tensor under two names", () => {
  const graph = new g.Graph();
  const x = graph.input("x", [2]);
  const twice = g.mul(x, 2), more = g.add(twice, 1);
  graph.output("twice", twice);
  graph.output("more", more);
  graph.output("more again", more);
  assert.deepEqual(run(graph, { x: float32([1, 2]) }, [2]), {
    twice: [2, 4],
    more: [3, 5],
    "more again": [3, 5],
  });
});

Deno.test("names are given once", () => {
  const graph = new g.Graph();
  const x = graph.input("x", []);
  graph.output("y", x);
  assert.throws(() => graph.input("x", []), /already has an input "x"/);
  assert.throws(() => graph.output("y", x), /already has an output "y"/);
});

Deno.test("an external constant's data is copied when the graph is compiled", () => {
  const graph = new g.Graph();
  graph.output("y", g.add(graph.input("x", [2]), graph.external("e", [2])));
  const e = float32([10, 20]), y = zeros([2]);
  using program = device.compile(graph, { e });
  e.data.fill(0);
  using binding = program.bind({ x: float32([1, 2]) }, { y });
  binding.runSync();
  assert.deepEqual([...y.data], [11, 22]);
});

Deno.test("an external constant without data, or with data of another shape, is named", () => {
  const graph = new g.Graph();
  graph.output("y", g.add(graph.input("x", [2]), graph.external("e", [2])));
  assert.throws(() => device.compile(graph), {
    message: 'The external constant "e" [2] was given no data',
  });
  assert.throws(() => device.compile(graph, { e: zeros([3]) }), {
    message: 'The external constant "e" is [2]; the data given is [3]',
  });
});

Deno.test("an external constant that nothing reads needs no data, and may have some", () => {
  const graph = new g.Graph();
  const x = graph.input("x", [2]), unread = graph.external("unread", [2]);
  g.mul(x, unread);
  graph.output("y", g.neg(x));
  assert.deepEqual(run(graph, { x: float32([1, 2]) }, [2]), { y: [-1, -2] });
  assert.deepEqual(run(graph, { x: float32([1, 2]) }, [2], { unread: zeros([2]) }), {
    y: [-1, -2],
  });
});

Deno.test("attributes of every kind reach ONNX Runtime", () => {
  const graph = new g.Graph();
  const x = graph.input("x", [2, 2]);
  graph.output("ints", g.transpose(x, [1, 0]));
  graph.output(
    "float",
    graph.node("LeakyRelu", [x], [2, 2], { attributes: { alpha: { float: 0.5 } } }),
  );
  const pads = graph.integers([0, 0, 0, 0]);
  graph.output("string", graph.node("Pad", [x, pads], [2, 2], { attributes: { mode: "edge" } }));
  graph.output(
    "int",
    graph.node("CumSum", [x, graph.constant(BigInt64Array.of(1n), [])], [2, 2], {
      attributes: { exclusive: 1 },
    }),
  );
  assert.deepEqual(run(graph, { x: float32([1, -2, 3, 4], [2, 2]) }, [2, 2]), {
    ints: [1, 3, -2, 4],
    float: [1, -1, 3, 4],
    string: [1, -2, 3, 4],
    int: [0, 1, 0, 3],
  });
});
