import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHalfBits, halfBits } from "./half.ts";
import * as g from "./graph/mod.ts";
import { HostArray, LocalDevice } from "./local_device.ts";

Deno.test("bfloat16 rounds to nearest, ties to even, and keeps what is no number", () => {
  const known: [number, number][] = [
    [1, 0x3f80],
    [-0, 0x8000],
    [1 + 2 ** -8, 0x3f80], // a tie, down to even
    [1 + 3 * 2 ** -8, 0x3f82], // a tie, up to even
    [1 + 2 ** -8 + 2 ** -20, 0x3f81],
    [3.4e38, 0x7f80], // nearer to what would be the next number: infinity
    [Infinity, 0x7f80],
    [-Infinity, 0xff80],
  ];
  for (const [number, bits] of known) {
    assert.equal(halfBits(Float32Array.of(number), "bfloat16")[0], bits, `${number}`);
  }
  assert.ok(Number.isNaN(fromHalfBits(halfBits(Float32Array.of(NaN), "bfloat16"), "bfloat16")[0]));
});

Deno.test("bits that are numbers come back as they were", () => {
  fc.assert(fc.property(
    fc.constantFrom("float16" as const, "bfloat16" as const),
    fc.array(fc.integer({ min: 0, max: 0xffff })),
    (type, values) => {
      const bits = Uint16Array.from(values), numbers = fromHalfBits(bits, type);
      halfBits(numbers, type).forEach((half, i) => {
        if (!Number.isNaN(numbers[i])) assert.equal(half, bits[i]);
      });
    },
  ));
});

Deno.test({
  name: "rounding is ONNX Runtime's",
  sanitizeResources: false, // ONNX Runtime stays loaded.
  async fn() {
    const numbers = Float32Array.from({ length: 4096 }, (_, i) => Math.tan(i) * 10 ** (i % 9 - 4));
    const device = new LocalDevice();
    for (const type of ["float16", "bfloat16"] as const) {
      const graph = new g.Graph();
      graph.output("half", g.cast(graph.input("x", ["n"]), type));
      using program = device.compile(graph);
      const half = device.array(numbers.length, type), shape = [numbers.length];
      using binding = program.bind({ x: { data: numbers, shape } }, {
        half: { data: half, shape },
      });
      await binding.run();
      assert.deepEqual(await half.read(), halfBits(numbers, type));
      assert.ok(half instanceof HostArray && half.subarray(1, 3).length === 2);
    }
  },
});
