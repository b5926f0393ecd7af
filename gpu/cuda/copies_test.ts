import assert from "node:assert/strict";
import * as g from "../graph/mod.ts";
import { copiesOf, operatorsOf } from "./copies.ts";

function product(): g.Graph {
  const graph = new g.Graph();
  const [a, b] = ["a", "b"].map((name) => graph.input(name, [4, 4]));
  graph.output("y", g.exp(g.matmul(a, b, { transposeB: true })));
  return graph;
}

Deno.test({
  name: "the operators are those that run, after ONNX Runtime's own changes",
  sanitizeResources: false, // ONNX Runtime stays loaded.
  fn() {
    assert.deepEqual(operatorsOf(product()), ["FusedMatMul", "Exp"].slice());
    assert.equal(copiesOf(product()), 0);
  },
});
