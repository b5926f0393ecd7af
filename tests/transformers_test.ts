/** A checkpoint saved here is a checkpoint to the transformers library. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Device, int64, zeros } from "../gpu/device.ts";
import * as g from "../gpu/graph/mod.ts";
import { decoder, fullAttention, logits, weightInputs } from "../gpu/model/decoder.ts";
import { loadModel } from "../gpu/model/mod.ts";
import { into, run, SMALL, temporaryFolder } from "./command_line.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const venv = path("../bench/.venv/bin/python");
const python = Deno.env.get("EMEND_PYTHON") ?? (existsSync(venv) ? venv : "python3");
const PROBE =
  "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ['torch', 'transformers'])))";
const there = spawnSync(python, ["-c", PROBE]).status === 0;

/** [tokens, vocabulary], row by row. */
async function logitsOf(folder: string, ids: readonly number[]): Promise<Float32Array> {
  const { config, weights } = loadModel(folder);
  const graph = new g.Graph();
  const inputs = weightInputs(graph, weights.layout, false);
  const tokens = graph.input("ids", ["batch", "sequence"], "int64");
  const attend = fullAttention(config, tokens, ids.length);
  const stream = decoder(config, inputs, tokens, attend);
  const rows = g.reshape(stream, ["tokens", config.hiddenSize]);
  graph.output("logits", logits(config, inputs, rows));
  using program = new Device({ threads: 1 }).compile(graph);
  const found = zeros([ids.length, config.vocabSize]);
  using binding = program.bind(weights.blocks());
  await binding.inputs({ ids: int64(ids, [1, ids.length]) }).outputs({ logits: found }).run();
  return found.data;
}

Deno.test({
  name: "a saved checkpoint gives the same logits in transformers" +
    (there ? "" : ` (skipped: ${python} has no torch and transformers; set EMEND_PYTHON)`),
  ignore: !there,
  async fn() {
    await using folder = await temporaryFolder();
    const ended = await run([...SMALL, "trainer.total_training_steps=2", into(folder.path)]);
    assert.equal(ended.code, 0, ended.stderr);
    const checkpoint = join(folder.path, "checkpoints", "step-000002");
    const ids = Array.from({ length: 40 }, (_, i) => (7 * i + 3) % 60);
    const { status, stdout, stderr } = spawnSync(
      python,
      ["-W", "ignore", path("peer/load_checkpoint.py"), checkpoint],
      { input: JSON.stringify(ids), encoding: "utf8", maxBuffer: 1e8 },
    );
    assert.equal(status, 0, stderr);
    const theirs: number[] = JSON.parse(stdout).flat();
    const ours = await logitsOf(checkpoint, ids);
    assert.equal(ours.length, theirs.length);
    const worst = theirs.reduce((most, x, i) => Math.max(most, Math.abs(x - ours[i])), 0);
    assert.ok(worst <= 1e-4, `the logits differ by up to ${worst}`);
  },
});
