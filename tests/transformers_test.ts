/** A checkpoint saved here is a checkpoint to the transformers library. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalDevice } from "../gpu/local_device.ts";
import { Learner, loadModel, placeModel, tokenBatch } from "../gpu/model/mod.ts";
import { imitationLoss } from "../trainer/algorithm/policy_loss.ts";
import { into, run, SMALL, temporaryFolder } from "./command_line.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const venv = path("../bench/.venv/bin/python");
const python = Deno.env.get("EMEND_PYTHON") ?? (existsSync(venv) ? venv : "python3");
const PROBE =
  "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ['torch', 'transformers'])))";
const there = spawnSync(python, ["-c", PROBE]).status === 0;

/** Sequence positions whose next token is asked about. */
const POSITIONS = [0, 9, 19, 39];

/** The log-probability of every token of the vocabulary after each of the positions. */
async function logProbsOf(folder: string, ids: readonly number[]): Promise<number[][]> {
  const device = new LocalDevice({ threads: 1 });
  const { config, weights } = placeModel(device, loadModel(folder));
  using learner = new Learner(device, config, weights, imitationLoss, {
    optimizer: {},
  });
  const vocabulary = Array.from({ length: config.vocabSize }, (_, token) => token);
  const found: number[][] = [];
  for (const at of POSITIONS) {
    const prompt = ids.slice(0, at + 1);
    const rows = vocabulary.map((token) => ({ prompt, response: [token] }));
    found.push([...(await learner.logProbs(tokenBatch(rows))).logProb]);
  }
  return found;
}

/** log softmax. */
function normalised(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const sum = logits.reduce((total, x) => total + Math.exp(x - most), 0);
  return logits.map((x) => x - most - Math.log(sum));
}

Deno.test({
  name: "a saved checkpoint gives the same distributions in transformers" +
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
    const theirs: number[][] = JSON.parse(stdout);
    assert.equal(theirs.length, ids.length);
    const ours = await logProbsOf(checkpoint, ids);
    const worst = Math.max(...POSITIONS.map((at, i) => {
      const wanted = normalised(theirs[at]);
      assert.equal(ours[i].length, wanted.length);
      return Math.max(...wanted.map((x, token) => Math.abs(x - ours[i][token])));
    }));
    assert.ok(worst <= 1e-4, `log-probabilities differ by up to ${worst}`);
  },
});
