import assert from "node:assert/strict";
import { float32, zeros } from "../../device.ts";
import { LocalDevice } from "../../local_device.ts";
import * as g from "../mod.ts";

/** One head's answers and gradients for keys of the given first numbers; queries are all (1, 0, 0, 0). */
async function attend(keys: number[], values: number[]) {
  const length = keys.length, shape = [1, 1, length, 4];
  const first = (numbers: number[]) => float32(numbers.flatMap((x) => [x, 0, 0, 0]), shape);
  const graph = new g.Graph();
  const [q, k, v] = ["q", "k", "v"].map((name) =>
    graph.input(name, shape, "float32", { differentiable: true })
  );
  const at = graph.input("at", [1, length]);
  const y = g.attention(q, k, v, g.causalMask(at, at));
  graph.output("y", y);
  g.gradients(g.sum(g.mul(y, y)), [q, k, v]).forEach((d, i) => graph.output(`d${"qkv"[i]}`, d));
  const names = ["y", "dq", "dk", "dv"];
  const outputs = Object.fromEntries(
    names.map((name) => [name, zeros(name === "y" ? [1, length, 1, 4] : shape)]),
  );
  using program = new LocalDevice({ threads: 1 }).compile(graph);
  using binding = program.bind({
    q: first(keys.map(() => 1)),
    k: first(keys),
    v: first(values),
    at: float32(keys.map((_, i) => i), [1, length]),
  }, outputs);
  await binding.run();
  return Object.fromEntries(
    names.map((name) => [name, [...outputs[name].data].filter((_, i) => i % 4 === 0)]),
  );
}

Deno.test("a position sees nothing of later ones, however large their scores", async () => {
  const { y } = await attend([1, 2, 2000, -3000, 4], [1, 2, 3, 4, 5]);
  const near = 1 / (1 + Math.exp(-1 / 2)); // of scores 0.5 and 1
  for (const [i, wanted] of [1, 1 - near + 2 * near, 3, 3, 3].entries()) {
    assert.ok(Math.abs(y[i] - wanted) < 1e-5, `${y}`);
  }
});

Deno.test("scores far below a row's largest are as good as masked, and nothing is infinite", async () => {
  const { y, dq, dk, dv } = await attend([1e4, -1e4, 0, 1e4 - 300], [1, 100, 100, 100]);
  assert.deepEqual(y, [1, 1, 1, 1]);
  assert.ok([...dq, ...dk].every((d) => Math.abs(d) < 1e-12), `${dq} ${dk}`);
  assert.deepEqual(dv.map(Math.round), [8, 0, 0, 0]);
});
