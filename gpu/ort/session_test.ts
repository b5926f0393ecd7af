import assert from "node:assert/strict";
import { float32, int64, zeros } from "../device.ts";
import { LocalDevice } from "../local_device.ts";
import * as g from "../graph/mod.ts";
import { cString, OrtError } from "./api.ts";
import { Binding } from "./binding.ts";
import { RunOptions } from "./run_options.ts";
import { Session } from "./session.ts";
import { Value } from "./value.ts";

/** y = 2x, for x of any length. */
function doubling(): g.Graph {
  const graph = new g.Graph();
  graph.output("y", g.mul(graph.input("x", ["n"]), 2));
  return graph;
}

Deno.test("what is not a model is refused in ONNX Runtime's words", () => {
  assert.throws(
    () => new Session(Uint8Array.of(1, 2, 3, 4, 5)),
    (error) => error instanceof OrtError && /protobuf parsing failed/.test(error.message),
  );
  assert.throws(() => new Session(new Uint8Array(0)), OrtError);
  const cut = g.onnxBytes(doubling());
  assert.throws(() => new Session(cut.subarray(0, cut.length >> 1)), OrtError);
});

Deno.test("a session names its inputs and outputs", () => {
  const graph = doubling();
  graph.output("Σ", g.sum(graph.inputs.get("x")!));
  using session = new Session(g.onnxBytes(graph));
  assert.deepEqual(session.inputs, ["x"]);
  assert.deepEqual(session.outputs, ["y", "Σ"]);
});

Deno.test("a provider that the library was built without is refused in ONNX Runtime's words", () => {
  const load = (name: string) => () =>
    new Session(g.onnxBytes(doubling()), { providers: [{ name, options: { device_id: "0" } }] });
  assert.throws(
    load("Abacus"),
    (error) => error instanceof OrtError && /Unknown provider name 'Abacus'/.test(error.message),
  );
});

Deno.test({
  name: "CUDA is refused in ONNX Runtime's words (not where EMEND_ONNXRUNTIME may have it)",
  ignore: Boolean(Deno.env.get("EMEND_ONNXRUNTIME")),
  fn: () => {
    const providers = [{ name: "CUDA", options: { device_id: "0" } }];
    assert.throws(
      () => new Session(g.onnxBytes(doubling()), { providers }),
      (error) => error instanceof OrtError && error.message.length > "SomeFunction: ".length,
    );
  },
});

Deno.test("an unknown input or output is named, with those that there are", () => {
  using program = new LocalDevice({ threads: 1 }).compile(doubling());
  using binding = program.bind();
  assert.throws(() => binding.inputs({ z: zeros([1]) }), {
    message: 'The model has no input "z": it has x',
  });
  assert.throws(() => binding.outputs({ z: zeros([1]) }), {
    message: 'The model has no output "z": it has y',
  });
});

Deno.test("a run without its inputs, or with other sizes or types, is refused", async () => {
  using program = new LocalDevice({ threads: 1 }).compile(doubling());
  const cases = [
    [{}, { y: zeros([3]) }, /Missing Input: x/],
    [{ x: zeros([3]) }, {}, /output/],
    [{ x: zeros([3]) }, { y: zeros([2]) }, /shape \{2\} but the computed output shape .* \{3\}/],
    [{ x: zeros([3]) }, { y: zeros([4]) }, /shape \{4\} but the computed output shape .* \{3\}/],
    [{ x: zeros([3]) }, { y: zeros([3, 1]) }, /Invalid rank for output: y/],
    [{ x: int64([1, 2, 3]) }, { y: zeros([3]) }, /Unexpected input data type/],
    [{ x: zeros([3]) }, { y: int64([1, 2, 3]) }, /Unexpected output data type/],
  ] as const;
  for (const [inputs, outputs, message] of cases) {
    using binding = program.bind(inputs, outputs);
    assert.throws(() => binding.runSync(), { name: "OrtError", message });
    await assert.rejects(binding.run(), { name: "OrtError", message });
  }
});

Deno.test("a tensor's shape must account for its elements", () => {
  assert.throws(() => new Value(new Float32Array(5), [2, 3]), {
    message: "A tensor of shape [2,3] has 6 elements, not 5",
  });
});

Deno.test("an empty tensor runs", async () => {
  using program = new LocalDevice({ threads: 1 }).compile(doubling());
  using binding = program.bind({ x: zeros([0]) }, { y: zeros([0]) });
  await binding.run();
});

Deno.test("an output may lie over an input", async () => {
  using program = new LocalDevice({ threads: 1 }).compile(doubling());
  const x = float32(Array.from({ length: 1000 }, (_, i) => i));
  using binding = program.bind({ x }, { y: x });
  binding.runSync();
  await binding.run();
  assert.ok(x.data.every((value, i) => value === 4 * i));
});

Deno.test("a name bound again is bound anew", () => {
  using program = new LocalDevice({ threads: 1 }).compile(doubling());
  const first = zeros([2]), second = zeros([3]);
  using binding = program.bind({ x: float32([1, 2]) }, { y: first });
  binding.runSync();
  binding.inputs({ x: float32([5, 6, 7]) }).outputs({ y: second }).runSync();
  assert.deepEqual([[...first.data], [...second.data]], [[2, 4], [10, 12, 14]]);
});

Deno.test("a run's own settings reach it", () => {
  using session = new Session(g.onnxBytes(doubling()));
  using binding = new Binding(session);
  const y = new Float32Array(2);
  binding.input("x", { data: Float32Array.of(1, 2), shape: [2] });
  binding.output("y", { data: y, shape: [2] });
  using numbered = new RunOptions({ gpu_graph_id: "3" }); // heard by GPUs alone
  binding.runSync(numbered);
  assert.deepEqual([...y], [2, 4]);
  using shrinking = new RunOptions({ "memory.enable_memory_arena_shrinkage": "abacus:0" });
  assert.throws(() => binding.runSync(shrinking), /Unsupported device .*abacus/);
});

Deno.test("a run on another thread leaves the event loop free", async () => {
  const SIZE = 512;
  const graph = new g.Graph();
  const a = graph.input("a", [SIZE, SIZE]);
  let product = a;
  for (let i = 0; i < 60; i++) product = g.matmul(product, a);
  graph.output("product", product);
  using program = new LocalDevice({ threads: 1 }).compile(graph);
  using binding = program.bind({ a: zeros([SIZE, SIZE]) }, { product: zeros([SIZE, SIZE]) });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  try {
    await binding.run();
    assert.ok(ticks > 0, "no timer fired during the run");
    ticks = 0;
    binding.runSync();
    assert.equal(ticks, 0);
  } finally {
    clearInterval(timer);
  }
});

Deno.test("a binding keeps its memory, however small, where it is", async () => {
  using program = new LocalDevice({ threads: 1 }).compile(doubling());
  const bound = Array.from({ length: 200 }, (_, i) => {
    const y = zeros([2]);
    // Nothing but the binding holds on to its input.
    return { i, y, binding: program.bind({ x: float32([i, -i]) }, { y }) };
  });
  for (let round = 0; round < 30; round++) {
    // Far more than V8's young generation: scavenges and compactions happen in between.
    const garbage = [];
    for (let k = 0; k < 20_000; k++) garbage.push(new Float32Array(4), { k });
    if (round % 10 === 9) await new Promise((resolve) => setTimeout(resolve));
    for (const { i, y, binding } of bound) {
      y.data.fill(NaN);
      binding.runSync();
      assert.deepEqual([...y.data], [2 * i, i === 0 ? -0 : -2 * i]);
    }
  }
  for (const { binding } of bound) binding[Symbol.dispose]();
});

Deno.test("a C string ends at its first NUL, so it may hold none", () => {
  assert.deepEqual([...cString("é")], [0xc3, 0xa9, 0]);
  assert.throws(() => cString("a\0b"), /NUL/);
});

Deno.test("sessions, bindings and values can be made and freed by the thousand", () => {
  const bytes = g.onnxBytes(doubling());
  for (let i = 0; i < 30; i++) {
    using session = new Session(bytes, {
      threads: 1,
      config: { "session.use_env_allocators": "0" },
    });
    assert.equal(session.inputs.length, 1);
  }
  for (let i = 0; i < 5000; i++) {
    using value = new Value(Float32Array.of(i), []);
    assert.ok(value.handle);
  }
});
