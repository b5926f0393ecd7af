/** A checkpoint saved here is a checkpoint to the transformers library. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalDevice } from "../gpu/local_device.ts";
import {
  Learner,
  loadAdapter,
  loadModel,
  placeModel,
  saveAdapter,
  saveModel,
  tokenBatch,
} from "../gpu/model/mod.ts";
import { imitationLoss } from "../trainer/algorithm/policy_loss.ts";
import { into, run, SMALL, temporaryFolder } from "./command_line.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const venv = path("../bench/.venv/bin/python");
const python = Deno.env.get("EMEND_PYTHON") ?? (existsSync(venv) ? venv : "python3");
const PROBE =
  "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ['torch', 'transformers'])))";
const there = spawnSync(python, ["-c", PROBE]).status === 0;

const peft = spawnSync(python, ["-c", PROBE.replace("['torch', ", "['peft', ")]).status === 0;

/** The checkpoint below the adapter. */
const BASE = "fixtures/families/qwen2_window";

/** An adapter's folder as it is saved here. */
async function savedAdapter(folder: string): Promise<string> {
  const adapter = loadAdapter(path("fixtures/lora/qwen2_window"), loadModel(path(BASE)).config);
  const saved = join(folder, "adapter");
  Deno.mkdirSync(saved);
  await saveAdapter(saved, { ...adapter, base: path(BASE) });
  return saved;
}

/** Sequence positions whose next token is asked about. */
const POSITIONS = [0, 9, 19, 39];

/** The log-probability of every token of the vocabulary after each of the positions. */
async function logProbsOf(folder: string, ids: readonly number[]): Promise<number[][]> {
  const adapted = existsSync(join(folder, "adapter_config.json"));
  const model = loadModel(adapted ? path(BASE) : folder);
  if (adapted) model.adapter = loadAdapter(folder, model.config);
  const device = new LocalDevice({ threads: 1 });
  const { config, weights, adapter } = placeModel(device, model);
  using learner = new Learner(device, config, weights, imitationLoss, {
    adapter,
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

/** What transformers makes of folders: log-probabilities by folder and position. */
function theirs(folders: readonly string[], ids: readonly number[]): number[][][] {
  const { status, stdout, stderr } = spawnSync(
    python,
    ["-W", "ignore", path("peer/load_checkpoint.py"), ...folders],
    { input: JSON.stringify(ids), encoding: "utf8", maxBuffer: 1e8 },
  );
  assert.equal(status, 0, stderr);
  return (JSON.parse(stdout) as number[][][]).map((logits) =>
    POSITIONS.map((at) => normalised(logits[at]))
  );
}

function assertEqual(ours: number[][], wanted: number[][], what: string): void {
  ours.forEach((row, i) => {
    assert.equal(row.length, wanted[i].length);
    const worst = Math.max(...row.map((x, token) => Math.abs(x - wanted[i][token])));
    assert.ok(worst <= 1e-4, `${what}: log-probabilities differ by up to ${worst}`);
  });
}

Deno.test({
  name:
    "saved checkpoints, one of each family, and an adapter give the same distributions in transformers" +
    (there ? "" : ` (skipped: ${python} has no torch and transformers; set EMEND_PYTHON)`),
  ignore: !there,
  async fn() {
    await using folder = await temporaryFolder();
    const ended = await run([...SMALL, "trainer.total_training_steps=2", into(folder.path)]);
    assert.equal(ended.code, 0, ended.stderr);
    const folders = [join(folder.path, "checkpoints", "step-000002")];
    for (const { name } of Deno.readDirSync(path("fixtures/families"))) {
      const saved = join(folder.path, name);
      Deno.mkdirSync(saved);
      await saveModel(saved, loadModel(path(`fixtures/families/${name}`)));
      folders.push(saved);
    }
    if (peft) folders.push(await savedAdapter(folder.path));
    else console.log(`No adapter is loaded: ${python} has no peft`);
    const ids = Array.from({ length: 40 }, (_, i) => (7 * i + 3) % 60);
    const wanted = theirs(folders, ids);
    for (const [i, at] of folders.entries()) assertEqual(await logProbsOf(at, ids), wanted[i], at);
  },
});
