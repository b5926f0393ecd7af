import assert from "node:assert/strict";
import { Random } from "../../trainer/seed.ts";
import { LocalDevice } from "../local_device.ts";
import { loadAdapter, saveAdapter } from "./adapter_files.ts";
import { loadModel } from "./checkpoint.ts";
import { type Adapter, initializeAdapter, LORA_TARGETS } from "./lora.ts";
import { placeModel } from "./device_parameters.ts";
import { saveMerged } from "./merge.ts";
import { tinyModel } from "./testing/tiny.ts";

const model = tinyModel();
const FOLDER = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(FOLDER, { recursive: true }));

function adapter(targets: Adapter["settings"]["targets"] = LORA_TARGETS): Adapter {
  const random = new Random(3);
  const made = initializeAdapter(
    model.config,
    { rank: 3, alpha: 5, targets },
    "me/base",
    () => random.next(),
  );
  for (const [name, { data }] of made.weights.tensors()) {
    if (name.includes("lora_B")) data.forEach((_, i) => data[i] = random.normal());
  }
  return made;
}

Deno.test("a fresh adapter changes nothing, and draws A within ±1/√in", () => {
  const fresh = initializeAdapter(
    model.config,
    { rank: 8, alpha: 8, targets: ["q_proj", "down_proj"] },
    "",
    new Random(1).next.bind(new Random(1)),
  );
  assert.equal(fresh.weights.tensors().size, 2 * 2 * model.config.layers);
  for (const [name, { data, shape }] of fresh.weights.tensors()) {
    const most = Math.max(...data.map(Math.abs));
    if (name.includes("lora_B")) assert.equal(most, 0, name);
    else {
      const bound = 1 / Math.sqrt(shape[1]);
      assert.ok(most <= bound && most > 0.9 * bound, name);
    }
  }
});

Deno.test("an adapter comes back from its folder bit for bit", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  const saved = adapter(["v_proj", "q_proj", "up_proj"]);
  await saveAdapter(folder, saved);
  const loaded = loadAdapter(folder, model.config);
  assert.deepEqual(loaded.weights.data, saved.weights.data);
  assert.deepEqual([loaded.base, loaded.settings], [
    "me/base",
    { rank: 3, alpha: 5, targets: ["q_proj", "v_proj", "up_proj"] },
  ]);
});

Deno.test("merging adds alpha / rank · B·A to what is adapted, and leaves the model alone", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  const before = model.weights.data.slice();
  const { settings, weights } = adapter(["k_proj", "down_proj"]);
  const device = new LocalDevice({ threads: 1 });
  const placed = placeModel(device, { ...model, adapter: { settings, weights, base: "" } });
  await saveMerged(device, folder, placed, placed.adapter!);
  assert.deepEqual(model.weights.data, before);
  const merged = loadModel(folder).weights.tensors(), parts = weights.tensors();
  for (const [name, base] of model.weights.tensors()) {
    const at = `base_model.model.${name.replace(".weight", "")}`;
    const a = parts.get(`${at}.lora_A.weight`), b = parts.get(`${at}.lora_B.weight`);
    const { data } = merged.get(name)!;
    if (!a || !b) {
      assert.deepEqual(data, base.data, name);
      continue;
    }
    const [out, width] = base.shape;
    for (let i = 0; i < out; i++) {
      for (let j = 0; j < width; j++) {
        let sum = 0;
        for (let r = 0; r < 3; r++) sum += b.data[i * 3 + r] * a.data[r * width + j];
        const wanted = base.data[i * width + j] + 5 / 3 * sum;
        assert.ok(Math.abs(data[i * width + j] - wanted) <= 1e-5, name);
      }
    }
  }
});

Deno.test("an adapter that computes something else is refused by its key", async () => {
  const folder = Deno.makeTempDirSync({ dir: FOLDER });
  await saveAdapter(folder, adapter());
  const path = `${folder}/adapter_config.json`;
  const json = JSON.parse(Deno.readTextFileSync(path));
  const cases: [object, RegExp][] = [
    [{ use_dora: true }, /use_dora is not supported/],
    [{ rank_pattern: { "0.q_proj": 2 } }, /rank_pattern is not supported/],
    [{ modules_to_save: ["lm_head"] }, /modules_to_save is not supported/],
    [{ bias: "all" }, /bias: only none is supported/],
    [{ init_lora_weights: "pissa" }, /init_lora_weights: beginnings that change the base/],
    [{ target_modules: ".*_proj" }, /target_modules: only a list of names is supported/],
    [
      { target_modules: json.target_modules.slice(1) },
      /adapter_model\.safetensors has a tensor "base_model\..*", of which it says nothing/,
    ],
    [{ peft_type: "IA3" }, /peft_type: only LORA is supported/],
    [{ target_modules: ["q_proj", "lm_head"] }, /target_modules: lm_head; supported: q_proj, /],
    [
      { target_modules: ["model.layers.0.self_attn.q_proj"] },
      /target_modules: q_proj of 1 of 2 layers; supported: of all/,
    ],
    [{ r: 4 }, /Tensor "base_model\..*lora_A\.weight" in .* is \[3,32\]; adapter_config\.json/],
  ];
  for (const [change, why] of cases) {
    Deno.writeTextFileSync(path, JSON.stringify({ ...json, ...change }));
    assert.throws(() => loadAdapter(folder, model.config), why);
  }
  Deno.writeTextFileSync(path, JSON.stringify({ ...json, init_lora_weights: "gaussian" }));
  loadAdapter(folder, model.config);
  Deno.removeSync(path);
  assert.throws(
    () => loadAdapter(folder, model.config),
    /Cannot read .*adapter_config\.json\. An adapter's folder holds adapter_config\.json and/,
  );
});
