import assert from "node:assert/strict";
import * as g from "../graph/mod.ts";
import { prefillGraph, stepGraph } from "../model/decoding_graph.ts";
import { layoutOf } from "../model/parameters.ts";
import { tinyConfig } from "../model/testing/tiny.ts";
import { copiesOf, operatorsOf } from "./copies.ts";
import { cudaProvider } from "./provider.ts";

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

const cuda = Deno.env.get("EMEND_CUDA");

Deno.test({
  name: "on CUDA no graph of a decoder copies to the host and back" +
    (cuda ? "" : " (skipped: EMEND_CUDA=1 is not set)"),
  ignore: !cuda,
  fn() {
    const provider = cudaProvider(0), config = tinyConfig({}), layout = layoutOf(config);
    assert.equal(copiesOf(prefillGraph(config, layout, 64, "bfloat16"), provider), 0);
    assert.equal(copiesOf(stepGraph(config, layout, 64, "full", "live", "bfloat16"), provider), 0);
  },
});
