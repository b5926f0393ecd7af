/** What a GPU would be given, looked at without one: kernels, types, shapes, what is captured. */

import assert from "node:assert/strict";
import { copiesOf } from "../gpu/cuda/copies.ts";
import { cudaProvider } from "../gpu/cuda/provider.ts";
import { copiesOfSides, withoutKernel } from "../gpu/cuda/testing/kernels.ts";
import * as g from "../gpu/graph/mod.ts";
import type { FloatType } from "../gpu/half.ts";
import { LocalDevice } from "../gpu/local_device.ts";
import {
  Generator,
  initialize,
  initializeAdapter,
  Learner,
  type Model,
  parseConfig,
  placeModel,
  saveMerged,
  tokenBatch,
} from "../gpu/model/mod.ts";
import { tinyModel, type TinyOptions } from "../gpu/model/testing/tiny.ts";
import { DryDevice, type DryProgram } from "../gpu/testing/dry_device.ts";
import { imitationLoss, policyLoss } from "../trainer/algorithm/policy_loss.ts";
import { loadConfig } from "../trainer/config.ts";
import { temporaryFolder } from "./command_line.ts";

const large = tinyModel({ vocabSize: 1500, tied: false });
const narrow = tinyModel({ headSize: 8, vocabSize: 1500 });
const settings = { rank: 2, alpha: 4, targets: ["q_proj", "o_proj", "down_proj"] as const };

function normed(options: TinyOptions): Model {
  const { config: { source } } = tinyModel(options);
  const config = parseConfig({ ...source, model_type: "qwen3" });
  return { config, weights: initialize(config, () => 0.1) };
}

const models: Record<string, Model> = {
  "tied, few tokens": tinyModel({ layers: 3 }),
  "untied, many tokens": large,
  "heads of 8, windows": { ...narrow, config: { ...narrow.config, windows: [null, 3] } },
  "norms of heads": normed({ vocabSize: 1500 }),
  "an adapter": { ...large, adapter: initializeAdapter(large.config, settings, "", () => 0.5) },
};

const plain = loadConfig({ overrides: ["data.train_files=x.jsonl"] }).actor_rollout_ref.actor;
const plainLoss = policyLoss(plain, true);
const everyObjective = [
  imitationLoss,
  plainLoss,
  policyLoss(
    {
      ...plain,
      off_policy_reshape: "p_logp",
      off_policy_max_clip: 2,
      off_policy_min_clip: 0.1,
      all_max_clip: 3,
      loss_remove_clip: false,
      use_kl_loss: true,
    },
    false,
    2,
  ),
  ...(["pow", "square_root", "no_reshape", "logp"] as const).map((off_policy_reshape) =>
    policyLoss({ ...plain, off_policy_reshape })
  ),
];

const batches = [[[3, 9], [5, 2]], [[2, 17]], [[2, 17], [2, 3], [4, 4]]].map((rows) =>
  tokenBatch(rows.map(([p, r]) => ({ prompt: Array(p).fill(1), response: Array(r).fill(2) })))
);
const drawings = [
  { temperature: 0, topP: 1, topK: 0 },
  { temperature: 1, topP: 1, topK: 0 },
  { temperature: 1, topP: 0.9, topK: 0 },
  { temperature: 1, topP: 1, topK: 20 },
];

/** Draws, learns, updates, saves; returns every graph that was compiled for it. */
async function given(
  hosted: Model,
  type: FloatType,
  objectives = everyObjective,
): Promise<DryProgram[]> {
  const device = new DryDevice();
  using model = placeModel(device, structuredClone(hosted), type);
  const { config, weights, adapter } = model;
  using generator = new Generator(device, config, weights, [], 8, undefined, adapter);
  const sequences = Array.from({ length: 13 }, (_, i) => ({
    prompt: Array(1 + i % 5).fill(i),
    maxTokens: 2 + i,
    draw: () => 0.5,
  }));
  for (const drawing of drawings) await generator.generate(sequences, drawing);
  for (const objective of objectives) {
    for (const checkpointing of [false, true]) {
      const optimizer = {};
      using learner = new Learner(device, config, weights, objective, {
        adapter,
        checkpointing,
        optimizer,
      });
      for (const batch of batches) {
        await learner.logProbs(batch);
        await learner.accumulate(batch, {});
      }
      await learner.update(1e-3);
    }
  }
  if (adapter) {
    await using folder = await temporaryFolder();
    await saveMerged(device, folder.path, model, adapter);
  }
  return device.programs;
}

const cuda = Deno.env.get("EMEND_CUDA");

// The first of this file: a process has one ONNX Runtime, and here it must be that with CUDA.
Deno.test({
  name: "on CUDA no graph copies to the host and back" +
    (cuda ? "" : " (skipped: EMEND_CUDA=1 is not set)"),
  ignore: !cuda,
  sanitizeResources: false,
  async fn() {
    const provider = cudaProvider(0);
    for (const name of ["untied, many tokens", "norms of heads", "an adapter"]) {
      for (const { graph, runs } of await given(models[name], "bfloat16", [plainLoss])) {
        if (runs.length > 0) {
          assert.equal(copiesOf(graph, provider), 0, [...graph.outputs.keys()].join());
        }
      }
    }
  },
});

for (const [name, model] of Object.entries(models)) {
  Deno.test({
    name: `on a GPU every operator has a kernel, and nothing is copied to the host (${name})`,
    sanitizeResources: false, // ONNX Runtime stays loaded.
    async fn() {
      for (const type of ["bfloat16", "float16"] as const) {
        const programs = await given(model, type);
        assert.ok(programs.length > 60, `${programs.length}`);
        const missing = new Set(programs.flatMap(({ graph }) => withoutKernel(graph)));
        assert.deepEqual([...missing], []);
        const copies = new Set(programs.flatMap(({ graph }) => copiesOfSides(graph)));
        assert.deepEqual([...copies], []);
      }
    },
  });
}

Deno.test("in float32 a GPU has no kernel for decoding, and for nothing else", async () => {
  const programs = await given(models["tied, few tokens"], "float32");
  const missing = new Set(programs.flatMap(({ graph }) => withoutKernel(graph)));
  assert.equal(missing.size, 1);
  assert.match([...missing][0], /^GroupQueryAttention\(float32,/);
});

Deno.test({
  name: "bfloat16 graphs agree in their types: the CPU misses kernels of them, and nothing else",
  sanitizeResources: false,
  async fn() {
    const cpu = new LocalDevice({ threads: 1 });
    let missing = 0;
    for (const name of ["heads of 8, windows", "norms of heads", "an adapter"]) {
      const programs = await given(models[name], "bfloat16", [plainLoss]);
      // ONNX Runtime works out all types before it looks for kernels.
      for (const { graph } of programs.filter(({ runs }) => runs.length > 0)) {
        if (!usesBfloat16(graph)) continue;
        assert.throws(() => cpu.compile(graph), /Could not find an implementation/);
        missing++;
      }
    }
    assert.ok(missing >= 20, `${missing}`);
  },
});

const usesBfloat16 = (graph: g.Graph) =>
  g.liveNodes(graph).some(({ op, outputs }) => op !== "Cast" && outputs[0].type === "bfloat16");

Deno.test("float32 products on tensor cores are for half precision alone", async () => {
  for (const type of ["float32", "bfloat16"] as const) {
    const programs = await given(models["tied, few tokens"], type);
    const products = programs.filter(({ graph }) =>
      g.liveNodes(graph).some(({ op }) => op === "FusedMatMul")
    );
    assert.ok(products.length > 10);
    for (const { options } of products) assert.equal(options.tf32, type === "bfloat16");
  }
});

/** The sizes of an input, over all runs of the programs that have it. */
function sizes(programs: readonly DryProgram[], name: string, axis: number): Set<number> {
  return new Set(
    programs.flatMap(({ runs }) => runs).flatMap((run) => run[name]?.shape[axis] ?? []),
  );
}

Deno.test("on a GPU shapes are few, and steps are captured; nothing else is", async () => {
  const programs = await given(models["untied, many tokens"], "bfloat16");
  const captured = programs.filter(({ options }) => options.capture);
  const steps = programs.filter(({ graph }) => graph.outputs.has("token"));
  assert.deepEqual(captured, steps);
  assert.equal(steps.length, 3); // greedy, full, truncated
  for (const { graph, options, runs } of steps) {
    assert.ok(runs.length > 5);
    assert.deepEqual(sizes(steps, "ids", 0), new Set([8, 6, 4, 3, 2, 1]));
    for (const run of runs) {
      // The capacity, whatever is in the cache: a captured graph keeps the number.
      assert.equal((run.longest.data as Int32Array)[0], run["key.0"].shape[2]);
      assert.equal(run["key.0"].data, run["key.0.next"].data);
    }
    // What kernels read on the host, and nothing else, is named; no operator branches.
    const onHost = g.liveNodes(graph).flatMap(({ op, inputs }) =>
      op === "GroupQueryAttention" ? [inputs[6]] : op === "TopK" ? [inputs[1]] : []
    );
    const named = [...graph.inputs].filter(([, tensor]) => onHost.includes(tensor))
      .map(([name]) => name);
    assert.deepEqual(named.filter((name) => !options.capture!.includes(name)), []);
    assert.ok(!g.liveNodes(graph).some(({ op }) => ["If", "Loop", "Scan"].includes(op)));
  }
  const training = programs.filter(({ graph }) => graph.inputs.has("targets"));
  assert.deepEqual(sizes(training, "responses", 1), new Set([11, 18]));
  assert.deepEqual(sizes(training, "counted", 0), new Set([12, 18, 24]));
});

Deno.test("a graph that would be copied to the host and back is told", () => {
  const graph = new g.Graph();
  const x = graph.input("x", ["n"]), k = graph.input("k", [1], "int64");
  // What is made of sizes and inputs alone goes to the host, and its inputs with it; a number of the GPU as a size.
  graph.output("far", g.mul(x, g.cast(g.shapeOf(x), "float32")));
  const [best] = graph.multi("TopK", [x, g.add(k, k)], [["k"], ["k"]], {
    type: ["float32", "int64"],
  });
  graph.output("best", best);
  assert.deepEqual(copiesOfSides(graph), [
    "TopK(float32,int64) → float32,int64: input 1 from the GPU",
    "input x: read on both sides",
  ]);
  const both = new g.Graph();
  const size = both.input("size", [1], "int64");
  both.output("a", both.node("ConstantOfShape", [size], ["n"]));
  both.output("b", g.neg(size));
  assert.deepEqual(copiesOfSides(both), ["input size: read on both sides"]);
});
