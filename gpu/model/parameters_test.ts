import assert from "node:assert/strict";
import { parseConfig } from "./config.ts";
import { initialize } from "./initialize.ts";
import { deviceTest } from "../testing/devices.ts";
import { DeviceParameters } from "./device_parameters.ts";
import { factorsLast, factorsOf, isFactor, layoutOf, ParameterArray } from "./parameters.ts";
import { tinyConfig } from "./testing/tiny.ts";

/** The names that transformers' Qwen2ForCausalLM gives its parameters. */
function transformersNames(layers: number, tied: boolean): string[] {
  const block = [
    ...["q_proj", "k_proj", "v_proj"].flatMap((
      p,
    ) => [`self_attn.${p}.weight`, `self_attn.${p}.bias`]),
    "self_attn.o_proj.weight",
    "mlp.gate_proj.weight",
    "mlp.up_proj.weight",
    "mlp.down_proj.weight",
    "input_layernorm.weight",
    "post_attention_layernorm.weight",
  ];
  return [
    "model.embed_tokens.weight",
    ...Array.from({ length: layers }, (_, i) => block.map((name) => `model.layers.${i}.${name}`))
      .flat(),
    "model.norm.weight",
    ...(tied ? [] : ["lm_head.weight"]),
  ];
}

for (const tied of [true, false]) {
  Deno.test(`names are those of transformers' Qwen2, ${tied ? "tied" : "untied"}`, () => {
    const weights = new ParameterArray(layoutOf(tinyConfig({ tied })));
    assert.deepEqual([...weights.tensors().keys()].sort(), transformersNames(2, tied).sort());
  });
}

Deno.test("factors behind all else: the same blocks in the order in which they were told of, none over another", () => {
  for (const tied of [true, false]) {
    // Odd widths: no block fills its last cache line.
    const layout = layoutOf(tinyConfig({ hiddenSize: 36, headSize: 8, tied }));
    const moved = factorsLast(layout), { start, end } = factorsOf(moved);
    const told = ({ blocks }: typeof layout) => blocks.map(({ name, shape }) => ({ name, shape }));
    assert.deepEqual(told(moved), told(layout));
    assert.deepEqual([moved.size, end], [layout.size, layout.size]);
    let free = 0;
    for (const block of moved.blocks.toSorted((a, b) => a.offset - b.offset)) {
      assert.equal(block.offset, free);
      assert.equal(block.offset >= start, isFactor(block.name));
      assert.equal(block.tensors[0].offset, block.offset);
      free = Math.ceil((free + block.shape.reduce((product, n) => product * n, 1)) / 16) * 16;
    }
    assert.deepEqual(factorsLast(moved), moved);
  }
});

Deno.test("shapes are transformers' [out, in]; parameters are counted without padding", () => {
  // 3 heads of 8 over a width of 10: every size differs, and none fills a cache line.
  const config = parseConfig({
    ...tinyConfig({}).source,
    hidden_size: 10,
    intermediate_size: 14,
    num_attention_heads: 3,
    num_key_value_heads: 1,
    head_dim: 8,
    num_hidden_layers: 1,
    tie_word_embeddings: false,
    vocab_size: 21,
  });
  const layout = layoutOf(config), tensors = new ParameterArray(layout).tensors();
  const at = "model.layers.0.";
  const shapes: Record<string, number[]> = {
    "model.embed_tokens.weight": [21, 10],
    [`${at}self_attn.q_proj.weight`]: [24, 10],
    [`${at}self_attn.q_proj.bias`]: [24],
    [`${at}self_attn.k_proj.weight`]: [8, 10],
    [`${at}self_attn.v_proj.bias`]: [8],
    [`${at}self_attn.o_proj.weight`]: [10, 24],
    [`${at}mlp.gate_proj.weight`]: [14, 10],
    [`${at}mlp.up_proj.weight`]: [14, 10],
    [`${at}mlp.down_proj.weight`]: [10, 14],
    [`${at}input_layernorm.weight`]: [10],
    "model.norm.weight": [10],
    "lm_head.weight": [21, 10],
  };
  for (const [name, shape] of Object.entries(shapes)) {
    assert.deepEqual(tensors.get(name)!.shape, shape, name);
  }
  const total = [...tensors.values()].reduce((n, { data }) => n + data.length, 0);
  assert.equal(layout.parameters, total);
  assert.ok(layout.size > total);
});

Deno.test("blocks start at 64 bytes and neither they nor their tensors overlap", () => {
  const layout = layoutOf(tinyConfig({ hiddenSize: 22, headSize: 8, tied: false }));
  const array = new ParameterArray(layout);
  let blockEnd = 0;
  for (const block of layout.blocks) {
    assert.equal(block.offset % 16, 0, block.name);
    assert.ok(block.offset >= blockEnd, block.name);
    let end = block.offset;
    for (const { offset, shape, name } of block.tensors) {
      assert.equal(offset, end, name);
      end += shape.reduce((n, size) => n * size, 1);
    }
    assert.equal(end - block.offset, block.shape.reduce((n, size) => n * size, 1), block.name);
    blockEnd = end;
  }
  assert.ok(layout.size >= blockEnd);
  assert.equal(array.data.byteOffset % 8, 0);

  // Every element of every tensor has a place of its own, which its block sees too.
  let mark = 0;
  for (const { data } of array.tensors().values()) data.fill(++mark);
  const counted = array.data.reduce((n, value) => n + (value !== 0 ? 1 : 0), 0);
  assert.equal(counted, layout.parameters);
});

deviceTest("blocks and tensors on a device are parts of the one array", async (device) => {
  const array = new ParameterArray(layoutOf(tinyConfig({ hiddenSize: 22, headSize: 8 })));
  let mark = 0;
  for (const { data } of array.tensors().values()) data.fill(++mark);
  using placed = new DeviceParameters(device, array.layout, array);
  assert.deepEqual((await placed.read()).data, array.data);
  const tensors = [...placed.tensors()];
  assert.deepEqual(tensors.map(([name]) => name), [...array.tensors().keys()]);
  for (const [i, [, { data, shape }]] of tensors.entries()) {
    assert.equal(data.length, shape.reduce((n, size) => n * size, 1));
    assert.ok((await data.read()).every((x) => x === i + 1));
  }
  const blocks = placed.blocks("p.");
  assert.deepEqual(
    Object.keys(blocks),
    array.layout.blocks.map(({ name }) => `p.${name}`),
  );
  for (const { data } of Object.values(blocks)) {
    assert.ok((await data.read()).every((x) => x !== 0));
  }
  const last = tensors.at(-1)![1].data;
  await last.write(new Float32Array(last.length).fill(-1));
  assert.equal((await placed.data.read()).filter((x) => x === -1).length, last.length);
  await assert.rejects(async () => await last.write(new Float32Array(1)), /cannot take 1/);
});

Deno.test("initial weights have the spread that their fan-in asks for", () => {
  const config = tinyConfig({ hiddenSize: 64, headSize: 16, tied: false });
  let state = 1;
  const draw = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const normal = () => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
  for (const [name, { data, shape }] of initialize(config, normal).tensors()) {
    if (shape.length === 1) {
      const value = name.endsWith("norm.weight") ? 1 : 0;
      assert.ok(data.every((x) => x === value), name);
      continue;
    }
    const deviation = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
    const wanted = /embed|lm_head/.test(name)
      ? 0.02
      : /o_proj|down_proj/.test(name)
      ? 1 / Math.sqrt(shape[1] * 2 * config.layers)
      : 1 / Math.sqrt(shape[1]);
    assert.ok(Math.abs(deviation / wanted - 1) < 0.1, `${name}: ${deviation}, not ${wanted}`);
  }
});
