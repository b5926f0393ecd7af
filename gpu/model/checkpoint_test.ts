import assert from "node:assert/strict";
import { LocalDevice } from "../local_device.ts";
import { checkModel, loadModel, loadTensors, restoreTensors, saveModel } from "./checkpoint.ts";
import { DeviceParameters } from "./device_parameters.ts";
import { layoutOf, ParameterArray } from "./parameters.ts";
import { type NamedArray, SafetensorsFile, writeSafetensors } from "./safetensors.ts";
import { tinyModel } from "./testing/tiny.ts";

const FOLDER = Deno.makeTempDirSync();
globalThis.addEventListener("unload", () => Deno.removeSync(FOLDER, { recursive: true }));

const model = tinyModel({ tied: false });

/** A folder with the model in two shards. */
async function sharded(): Promise<{ folder: string; index: string; map: Record<string, string> }> {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveModel(folder, model);
  Deno.removeSync(`${folder}/model.safetensors`);
  const map: Record<string, string> = {};
  const shards = [new Map<string, NamedArray>(), new Map<string, NamedArray>()];
  [...model.weights.tensors()].forEach(([name, tensor], i) => {
    shards[i % 2].set(name, tensor);
    map[name] = `model-0000${i % 2 + 1}-of-00002.safetensors`;
  });
  for (const [i, shard] of shards.entries()) {
    await writeSafetensors(`${folder}/model-0000${i + 1}-of-00002.safetensors`, shard);
  }
  const index = `${folder}/model.safetensors.index.json`;
  Deno.writeTextFileSync(index, JSON.stringify({ metadata: {}, weight_map: map }));
  return { folder, index, map };
}

/** How many files this process holds open (Linux tells). */
const openFiles = () =>
  Deno.build.os === "linux" ? [...Deno.readDirSync("/proc/self/fd")].length : 0;

Deno.test("a saved model loads as it was, and says float32", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveModel(folder, model);
  const loaded = loadModel(folder);
  const { source, ...sizes } = loaded.config;
  assert.deepEqual(source, { ...model.config.source, dtype: "float32" });
  const { source: _, ...wanted } = model.config;
  assert.deepEqual(sizes, wanted);
  assert.deepEqual(loaded.weights.data, model.weights.data);
});

Deno.test("tied weights are written once, as transformers writes them", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveModel(folder, tinyModel({ tied: true }));
  using file = new SafetensorsFile(`${folder}/model.safetensors`);
  assert.ok(!file.entries.has("lm_head.weight"));
});

Deno.test("tensors that the model does not need are left alone", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveModel(folder, model);
  const more = new Map<string, NamedArray>(model.weights.tensors());
  more.set("model.layers.0.self_attn.rotary_emb.inv_freq", {
    data: new Float32Array(8),
    shape: [8],
  });
  await writeSafetensors(`${folder}/model.safetensors`, more);
  assert.deepEqual(loadModel(folder).weights.data, model.weights.data);
});

Deno.test("weights of more layers than config.json has are refused", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveModel(folder, model);
  const path = `${folder}/config.json`;
  const json = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...json, num_hidden_layers: 1 }));
  assert.throws(
    () => loadModel(folder),
    /has a tensor "model\.layers\.1\..*", but config\.json has num_hidden_layers 1\./,
  );
});

Deno.test("shards load by their index, and every file is closed again", async () => {
  const { folder, map } = await sharded();
  const before = openFiles();
  assert.deepEqual(loadModel(folder).weights.data, model.weights.data);
  assert.equal(openFiles(), before);
  Deno.removeSync(`${folder}/${map["model.norm.weight"]}`);
  assert.throws(
    () => loadModel(folder),
    /There is no .*-of-00002\.safetensors, which .*index\.json names\. Fetch it again/,
  );
  assert.equal(openFiles(), before);
});

Deno.test("an index that names a file outside its folder is refused", async () => {
  const { folder, index, map } = await sharded();
  for (const file of ["../outside", "a/b", "..", ".", "/etc/passwd", "a\\b", "..\\x"]) {
    Deno.writeTextFileSync(
      index,
      JSON.stringify({ weight_map: { ...map, "model.norm.weight": file } }),
    );
    assert.throws(
      () => loadModel(folder),
      (error: Error) => error.message === `${index} names a file outside its folder: ${file}`,
      file,
    );
  }
});

Deno.test("an index that is no index is told", async () => {
  const { folder, index, map } = await sharded();
  const { "model.norm.weight": _, ...rest } = map;
  for (
    const json of [{ weight_map: rest }, {}, null, [], { weight_map: "x" }, { weight_map: null }]
  ) {
    Deno.writeTextFileSync(index, JSON.stringify(json));
    assert.throws(() => loadModel(folder), /index\.json does not say where tensor "model\./);
  }
  Deno.writeTextFileSync(index, JSON.stringify({ weight_map: { ...map, "model.norm.weight": 7 } }));
  assert.throws(() => loadModel(folder), /index\.json does not say where tensor "model\.norm/);
  Deno.writeTextFileSync(index, "{");
  assert.throws(() => loadModel(folder), /index\.json is not JSON/);
});

Deno.test("missing files are named, with what is expected", () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  assert.throws(
    () => loadModel(folder),
    /Cannot read .*config\.json\. Set actor_rollout_ref\.model\.path to a model's folder/,
  );
  Deno.writeTextFileSync(`${folder}/config.json`, "{}}");
  assert.throws(() => loadModel(folder), /config\.json is not JSON/);
  Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(model.config.source));
  assert.throws(
    () => loadModel(folder),
    /There is no .*model\.safetensors\. A model's folder holds config\.json and model\.safetensors/,
  );
});

Deno.test("weights that do not fit config.json are named with both shapes", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveModel(folder, model);
  const change = (fields: object) =>
    Deno.writeTextFileSync(
      `${folder}/config.json`,
      JSON.stringify({ ...model.config.source, ...fields }),
    );
  change({ vocab_size: 41 });
  assert.throws(
    () => loadModel(folder),
    /Tensor "model\.embed_tokens\.weight" in .* is \[40,32\]; config\.json makes it \[41,32\]/,
  );
  // As many elements, but the other way round.
  change({ intermediate_size: 32, hidden_size: 64 });
  assert.throws(() => loadModel(folder), /is \[40,32\]; config\.json makes it \[40,64\]/);
  change({ num_hidden_layers: 3 });
  assert.throws(
    () => loadModel(folder),
    /has no tensor "model\.layers\.2\.input_layernorm\.weight", which config\.json asks for/,
  );
});

Deno.test("moments are tensors of the same names under another stem", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await writeSafetensors(`${folder}/moments.safetensors`, model.weights.tensors());
  const into = new ParameterArray(layoutOf(model.config));
  loadTensors(folder, "moments", into);
  assert.deepEqual(into.data, model.weights.data);
});

Deno.test("weights of this process are restored where they lie", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveModel(folder, model);
  const { layout, data } = model.weights;
  const into = new DeviceParameters(new LocalDevice(), layout);
  into.data.write = () => Promise.reject(new Error("A second copy of the weights"));
  await restoreTensors(folder, "model", into);
  assert.deepEqual(await into.data.read(), data);
});

Deno.test("tensors of another model than config.json describes are refused; those beside the model are let be", async () => {
  const tied = tinyModel({ tied: true }),
    { data, shape } = tied.weights.tensors().get(
      "model.embed_tokens.weight",
    )!;
  const beside = async (name: string, tensor: NamedArray) => {
    const folder = Deno.makeTempDirSync({ dir: FOLDER });
    await saveModel(folder, tied, new Map([...tied.weights.tensors(), [name, tensor]]));
    return folder;
  };
  const one = { data: Float32Array.of(1), shape: [1] };
  for (
    const name of [
      "model.layers.0.self_attn.q_norm.weight",
      "model.layers.0.mlp.up_proj.weight_scale",
      "lm_head.bias",
    ]
  ) {
    const folder = await beside(name, one);
    assert.throws(() => loadModel(folder), (error: Error) => error.message.includes(`"${name}"`));
  }
  for (
    const name of ["v_head.summary.weight", "model.layers.1.self_attn.rotary_emb.inv_freq"]
  ) loadModel(await beside(name, one));

  loadModel(await beside("lm_head.weight", { data, shape }));
  const other = await beside("lm_head.weight", { data: data.map((x) => x + 1), shape });
  assert.throws(() => loadModel(other), /is not the embedding.*Set its tie_word_embeddings/);
  const small = await beside("lm_head.weight", one);
  assert.throws(() => loadModel(small), /"lm_head\.weight".*has 1 elements/);
});

Deno.test("a model is looked at by its headers: the same is refused, and no number is read", async () => {
  const { folder, map } = await sharded();
  checkModel(folder);
  const name = "model.norm.weight", shard = `${folder}/${map[name]}`;
  const bytes = Deno.readFileSync(shard);
  const fill = (text: string, by: string) => {
    const at = new TextDecoder("latin1").decode(bytes).indexOf(text);
    const changed = bytes.slice();
    changed.set(new TextEncoder().encode(by), at);
    Deno.writeFileSync(shard, changed);
  };
  fill(name, "model.form.weight");
  assert.throws(() => checkModel(folder), /has no tensor "model\.norm\.weight"/);
  Deno.removeSync(shard);
  assert.throws(() => checkModel(folder), /There is no .*-of-00002\.safetensors, which /);
});

Deno.test("weights that no process can hold are told in gigabytes", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveModel(folder, model);
  const path = `${folder}/config.json`, json = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...json, vocab_size: 1e14 }));
  assert.throws(() => loadModel(folder), /The weights of .* take \d+\.\d GB in float32, more than/);
});
