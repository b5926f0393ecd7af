import assert from "node:assert/strict";
import { libcDevice, LibcMemory, skip } from "./cuda/testing/libc_memory.ts";
import { float32, type TensorView } from "./device.ts";
import * as g from "./graph/mod.ts";
import type { LocalDevice } from "./local_device.ts";

/** y = x + Σ shift, where shift is said to be read on the host. */
function program(device: LocalDevice) {
  const graph = new g.Graph();
  const x = graph.input("x", ["n"]), w = graph.input("w", ["n"]);
  graph.output("y", g.add(g.add(x, w), graph.input("shift", [])));
  return device.compile(graph, {}, { capture: ["shift"] });
}

function test(name: string, fn: (device: LocalDevice, memory: LibcMemory) => void): void {
  Deno.test({
    name: `captured runs: ${name}${skip}`,
    ignore: skip !== "",
    sanitizeResources: false, // ONNX Runtime and libc stay loaded.
    fn() {
      const memory = new LibcMemory();
      fn(libcDevice(memory), memory);
      assert.equal(memory.taken.size, 0);
    },
  });
}

test("what travels has a place that stays, and one graph", (device, memory) => {
  using added = program(device);
  using w = device.place(Float32Array.of(10, 20));
  {
    using binding = added.bind({ w: { data: w, shape: [2] }, shift: float32([0.5], []) });
    const y = float32([0, 0]);
    for (const [i, x] of [[1, 2], [3, 4], [5, 6]].entries()) {
      // Bound anew for each run, as a sidecar does.
      binding.inputs({ x: float32(x) }).outputs({ y });
      binding.runSync();
      assert.deepEqual([...y.data], [x[0] + 10.5, x[1] + 20.5]);
      assert.equal(added.captures!.graphs.size, 1);
      assert.equal(memory.taken.size, 3, `run ${i}`);
    }
    // An array whose elements change under the binding is read anew, too.
    const x = float32([7, 8]);
    binding.inputs({ x });
    binding.runSync();
    x.data[0] = -7;
    binding.runSync();
    assert.deepEqual([...y.data], [3.5, 28.5]);
    assert.equal(added.captures!.graphs.size, 1);
  }
  assert.equal(memory.taken.size, 1);
});

test("other shapes, addresses or values on the host are other graphs; known ones come back", (device) => {
  using added = program(device);
  using w = device.place(Float32Array.of(1, 2, 3, 4)), other = device.array(4);
  using binding = added.bind();
  const graphs = added.captures!.graphs;
  const run = (size: number, weights = w, shift = 0): number => {
    const x: TensorView<Float32Array> = float32(Array(size).fill(1)),
      y = float32(Array(size).fill(0));
    binding.inputs({
      x,
      w: { data: weights.subarray(0, size), shape: [size] },
      shift: float32([shift], []),
    }).outputs({ y });
    binding.runSync();
    assert.equal(y.data[size - 1], 1 + (weights === w ? size : 0) + shift);
    return graphs.size;
  };
  assert.equal(run(4), 1);
  assert.equal(run(2), 2);
  assert.equal(run(4), 2);
  assert.equal(run(4, other), 3);
  assert.equal(run(4, w, 9), 4);
  assert.equal(run(2), 4);
  assert.deepEqual([...graphs.values()], [1, 2, 3, 4]);
});

test("a place that grows is another address", (device) => {
  using added = program(device);
  using w = device.array(8);
  using binding = added.bind({ shift: float32([0], []) });
  const run = (size: number) => {
    const y = float32(Array(size).fill(0));
    binding.inputs({
      x: float32(Array(size).fill(size)),
      w: { data: w.subarray(0, size), shape: [size] },
    });
    binding.outputs({ y });
    binding.runSync();
    assert.deepEqual([...y.data], Array(size).fill(size));
  };
  for (const size of [2, 8, 2, 8, 2]) run(size);
  assert.equal(added.captures!.graphs.size, 3); // 2 before it grew, 8, 2
});
