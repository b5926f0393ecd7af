/** Each model family against transformers, and adapters against PEFT (tests/fixtures/families.py, lora.py). */

import assert from "node:assert/strict";
import { type Device, zeros } from "../gpu/device.ts";
import { deviceTest } from "../gpu/testing/devices.ts";
import * as g from "../gpu/graph/mod.ts";
import { declareWeights, decoder, logits } from "../gpu/model/decoder.ts";
import {
  type DeviceModel,
  Generator,
  Learner,
  loadAdapter,
  loadModel,
  placeModel,
  SafetensorsFile,
  saveModel,
  tokenBatch,
} from "../gpu/model/mod.ts";
import { sharedPromptAttention } from "../gpu/model/shared_prompts.ts";
import { attended } from "../gpu/model/token_batch.ts";
import { imitationLoss } from "../trainer/algorithm/policy_loss.ts";
import { temporaryFolder } from "./command_line.ts";
import { relativeError } from "./relative_error.ts";

const FIXTURES = new URL("./fixtures", import.meta.url).pathname;

interface Expected {
  rows: { prompt: number[]; response: number[] }[];
  loss: number;
  adamw: { lr: number; losses: number[] };
  greedy: { sequences: { prompt: number[]; tokens: number[] }[] };
}

function fixture(
  device: Device,
  name: string,
): DeviceModel & { device: Device; expected: Expected; truth: Map<string, Float32Array> } {
  const folder = `${FIXTURES}/${name}`;
  using file = new SafetensorsFile(`${folder}/truth.safetensors`);
  const truth = new Map<string, Float32Array>();
  for (const [tensor, { shape }] of file.entries) {
    const { data } = zeros(shape);
    file.read(tensor, data);
    truth.set(tensor, data);
  }
  const expected = JSON.parse(Deno.readTextFileSync(`${folder}/expected.json`));
  const model = loadModel(folder.replace("/lora/", "/families/"));
  if (name.startsWith("lora/")) model.adapter = loadAdapter(folder, model.config);
  return { ...placeModel(device, model), device, expected, truth };
}

/** The logits from which each response token is drawn. */
async function responseLogits(
  { device, config, weights, adapter }: DeviceModel & { device: Device },
  rows: Expected["rows"],
) {
  const batch = tokenBatch(rows);
  const graph = new g.Graph();
  const declared = declareWeights(graph, weights.layout, "live", "float32", adapter);
  const ids = graph.input("ids", ["tokens"], "int64");
  const attend = sharedPromptAttention(graph, config, config.maxPositions, "float32");
  const stream = decoder(config, declared, ids, attend);
  const counted = graph.input("counted", ["counted"], "int64");
  graph.output("logits", logits(config, declared, g.selectRows(stream, counted)));
  using program = device.compile(graph);
  const found = zeros([batch.targets.length, config.vocabSize]);
  using binding = program.bind({
    ...weights.blocks(),
    ...adapter?.weights.blocks(),
    ids: { data: batch.ids, shape: [batch.ids.length] },
    ...attended(batch),
    counted: { data: batch.counted, shape: [batch.counted.length] },
  }, { logits: found });
  await binding.run();
  return found.data;
}

const learn = ({ device, config, weights, adapter }: DeviceModel & { device: Device }) =>
  new Learner(device, config, weights, imitationLoss, {
    adapter,
    optimizer: { weightDecay: 0.01, maxNorm: 1 },
  });

const folders = (of: string) =>
  [...Deno.readDirSync(`${FIXTURES}/${of}`)].map(({ name }) => `${of}/${name}`).sort();

for (const name of [...folders("families"), ...folders("lora")]) {
  deviceTest(`${name} equals its peer: logits`, async (device) => {
    const { expected, truth, ...model } = fixture(device, name);
    const error = relativeError(await responseLogits(model, expected.rows), truth.get("logits")!);
    assert.ok(error <= 1e-5, `${error}`);
  });

  deviceTest(`${name} equals its peer: gradients`, async (device) => {
    const { expected, truth, ...model } = fixture(device, name);
    using learner = learn(model);
    const batch = tokenBatch(expected.rows), count = batch.targets.length;
    const weight = new Float32Array(count).fill(1 / count);
    const { loss } = await learner.accumulate(batch, { weight });
    assert.ok(Math.abs(loss[0] - expected.loss) <= 1e-5 * expected.loss);
    const found = await learner.gradients();
    assert.deepEqual([...found.keys(), "logits"].sort(), [...truth.keys()].sort());
    truth.delete("logits");
    const largest = Math.max(...[...truth.values()].map((t) => Math.max(...t.map(Math.abs))));
    for (const [tensor, wanted] of truth) {
      const data = await found.get(tensor)!.data.read();
      const worst = Math.max(...wanted.map((x, i) => Math.abs(x - data[i])));
      assert.ok(worst <= 1e-5 * largest, `${tensor} is off by ${worst / largest}`);
    }
  });

  deviceTest(`${name} equals its peer: the losses of ten AdamW steps`, async (device) => {
    const { expected: { rows, adamw }, truth: _, ...model } = fixture(device, name);
    using learner = learn(model);
    const batch = tokenBatch(rows), count = batch.targets.length;
    const weight = new Float32Array(count).fill(1 / count);
    for (const [step, wanted] of adamw.losses.entries()) {
      const { loss } = await learner.accumulate(batch, { weight });
      assert.ok(Math.abs(loss[0] - wanted) <= 1e-4 * wanted, `${step}: ${loss[0]}, not ${wanted}`);
      assert.ok((await learner.update(adamw.lr)).applied);
    }
  });

  deviceTest(`${name} equals its peer: greedy decoding over 256 tokens`, async (device) => {
    const { config, weights, adapter, expected: { greedy: { sequences } } } = fixture(device, name);
    using generator = new Generator(device, config, weights, [], 2, undefined, adapter);
    const found = await generator.generate(
      sequences.map(({ prompt, tokens }) => ({ prompt, maxTokens: tokens.length, draw: () => 0 })),
      { temperature: 0, topP: 1, topK: 0 },
    );
    assert.deepEqual(found.map((f) => f.tokens), sequences.map((s) => s.tokens));
  });
}

for (const name of folders("families")) {
  Deno.test(`${name}: what is loaded is bit for bit what is in the file, and saved so`, async () => {
    await using folder = await temporaryFolder();
    const model = loadModel(`${FIXTURES}/${name}`);
    await saveModel(folder.path, model);
    using saved = new SafetensorsFile(`${folder.path}/model.safetensors`);
    let compared = 0;
    for (const { name: file } of Deno.readDirSync(`${FIXTURES}/${name}`)) {
      if (!/^model.*safetensors$/.test(file)) continue;
      using source = new SafetensorsFile(`${FIXTURES}/${name}/${file}`);
      const bytes = Deno.readFileSync(source.path);
      for (const [tensor, { dtype, start, end, shape }] of source.entries) {
        const entry = saved.entries.get(tensor)!;
        assert.deepEqual([entry.dtype, entry.shape], ["F32", shape]);
        const again = zeros(shape);
        saved.read(tensor, again.data);
        assert.deepEqual(encoded(again.data, dtype), bytes.slice(start, end), tensor);
        compared++;
      }
    }
    assert.equal(compared, saved.entries.size);
    const config = JSON.parse(Deno.readTextFileSync(`${folder.path}/config.json`));
    assert.deepEqual([config.dtype, config.torch_dtype], ["float32", undefined]);
    assert.deepEqual(loadModel(folder.path).weights.data, model.weights.data);
  });
}

/** Numbers as the bytes of another element type; all of them have such a one. */
function encoded(data: Float32Array<ArrayBuffer>, dtype: string): Uint8Array {
  if (dtype === "F32") return new Uint8Array(data.buffer);
  if (dtype === "F16") return new Uint8Array(new Float16Array(data).buffer);
  const bits = new Uint32Array(data.buffer);
  assert.ok(bits.every((b) => (b & 0xffff) === 0));
  return new Uint8Array(Uint16Array.from(bits, (b) => b >>> 16).buffer);
}
