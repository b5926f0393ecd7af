import assert from "node:assert/strict";
import { parseConfig } from "./config.ts";

/** As published with Qwen2.5-Math-1.5B. */
const QWEN = {
  architectures: ["Qwen2ForCausalLM"],
  attention_dropout: 0.0,
  bos_token_id: 151643,
  eos_token_id: 151643,
  hidden_act: "silu",
  hidden_size: 1536,
  initializer_range: 0.02,
  intermediate_size: 8960,
  max_position_embeddings: 4096,
  max_window_layers: 21,
  model_type: "qwen2",
  num_attention_heads: 12,
  num_hidden_layers: 28,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-06,
  rope_theta: 10000,
  sliding_window: 4096,
  tie_word_embeddings: true,
  torch_dtype: "bfloat16",
  use_cache: true,
  use_mrope: false,
  use_sliding_window: false,
  vocab_size: 151936,
};

Deno.test("a published config is understood, and kept whole", () => {
  const { source, ...sizes } = parseConfig(QWEN);
  assert.deepEqual(sizes, {
    vocabSize: 151936,
    hiddenSize: 1536,
    intermediateSize: 8960,
    layers: 28,
    heads: 12,
    kvHeads: 2,
    headSize: 128,
    maxPositions: 4096,
    epsilon: 1e-6,
    rope: { theta: 10000, scaling: null },
    windows: new Array(28).fill(null),
    qkvBias: true,
    qkNorm: false,
    tied: true,
  });
  assert.deepEqual(source, QWEN);
});

Deno.test("the newer spelling of rotary parameters, explicit head widths, and defaults", () => {
  const { rope_theta: _, tie_word_embeddings: __, ...rest } = QWEN;
  const newer = {
    ...rest,
    head_dim: 64,
    layer_types: Array(28).fill("full_attention"),
    rope_parameters: { rope_type: "default", rope_theta: 1e6 },
    rope_scaling: null,
  };
  const { rope, headSize, tied } = parseConfig(newer);
  assert.deepEqual({ rope, headSize, tied }, {
    rope: { theta: 1e6, scaling: null },
    headSize: 64,
    tied: false,
  });
  assert.equal(parseConfig(rest).rope.theta, 10000);
});

Deno.test("of several places for the frequencies, the one that transformers reads counts", () => {
  const linear = { rope_type: "linear", factor: 2 };
  const rope = (json: object) => parseConfig({ ...QWEN, rope_theta: 5, ...json }).rope;
  const scaling = { kind: "linear", factor: 2 };
  assert.deepEqual(rope({ rope_parameters: { rope_theta: 7 } }), { theta: 7, scaling: null });
  assert.deepEqual(rope({ rope_scaling: { ...linear, rope_theta: 9 } }), { theta: 9, scaling });
  const both = { rope_parameters: { rope_theta: 7 }, rope_scaling: linear };
  assert.deepEqual(rope(both), { theta: 5, scaling });
});

Deno.test("what is not supported is told in a sentence that names the file and the field", () => {
  const cases: [unknown, RegExp][] = [
    [
      { ...QWEN, model_type: "gemma3" },
      /its model_type is "gemma3"; supported: qwen2, qwen3, llama, mistral/,
    ],
    [{ ...QWEN, model_type: "toString" }, /its model_type is "toString"; supported: /],
    [
      { ...QWEN, architectures: ["Qwen2ForRewardModel"] },
      /architectures: \["Qwen2ForRewardModel"\]; qwen2 is supported as Qwen2ForCausalLM/,
    ],
    [{}, /its model_type is undefined; supported: qwen2/],
    [null, /its model_type is undefined/],
    ["qwen2", /its model_type is undefined/],
    [
      { ...QWEN, rope_scaling: { type: "yarn", factor: 4 } },
      /rope_scaling\.rope_type: "yarn" is not supported; supported: default, linear, llama3/,
    ],
    [{ ...QWEN, rope_parameters: { rope_type: "yarn" } }, /rope_parameters\.rope_type: "yarn"/],
    [
      { ...QWEN, rope_scaling: { rope_type: "llama3", factor: 8 } },
      /rope_scaling\.low_freq_factor: .*rope_scaling\.original_max_position_embeddings: /,
    ],
    [{ ...QWEN, rope_scaling: { rope_type: "linear" } }, /rope_scaling\.factor: /],
    [{ ...QWEN, rope_parameters: { partial_rotary_factor: 0.5 } }, /only a part of a head/],
    [{ ...QWEN, partial_rotary_factor: 0.5 }, /partial_rotary_factor: .*only a part of a head/],
    [
      { ...QWEN, rope_parameters: { full_attention: { rope_theta: 1e6 } } },
      /rope_parameters: frequencies that differ by the kind of layer are not supported/,
    ],
    [
      { ...QWEN, num_hidden_layers: 2, layer_types: ["full_attention"] },
      /layer_types has 1 entries, num_hidden_layers is 2/,
    ],
    [
      { ...QWEN, layer_types: ["full_attention", "chunked_attention"] },
      /layer_types\.1: supported: full_attention, sliding_attention/,
    ],
    [
      { ...QWEN, model_type: "llama", architectures: null, attention_bias: true },
      /attention_bias:/,
    ],
    [{ ...QWEN, mlp_bias: true }, /mlp_bias: biases are supported only on Qwen2's q, k and v/],
    [{ ...QWEN, quantization_config: { bits: 4 } }, /quantization_config: quantized weights/],
    [{ ...QWEN, hidden_act: "gelu" }, /hidden_act: only silu is supported/],
    [{ ...QWEN, num_key_value_heads: 5 }, /12 heads cannot share 5 key-value heads/],
    [{ ...QWEN, num_attention_heads: 10, head_dim: undefined }, /heads are 153\.6 wide/],
    [{ ...QWEN, head_dim: 127 }, /heads are 127 wide; supported: multiples of 8/],
    [{ ...QWEN, hidden_size: undefined }, /hidden_size: /],
    [{ ...QWEN, vocab_size: -1, num_hidden_layers: 1.5 }, /vocab_size: .*; num_hidden_layers: /],
    [{ ...QWEN, rms_norm_eps: 0 }, /rms_norm_eps: /],
  ];
  for (const [json, why] of cases) {
    assert.throws(() => parseConfig(json, "m/config.json"), (error: Error) => {
      assert.ok(error.message.startsWith("Cannot use the model of m/config.json: "), error.message);
      assert.match(error.message, why);
      return true;
    });
  }
});

Deno.test("a window counts where it is used and shorter than the context, layer by layer", () => {
  const four = { ...QWEN, num_hidden_layers: 4, max_position_embeddings: 4096 };
  const mistral = { ...four, model_type: "mistral", architectures: null };
  const windows = (json: object) => parseConfig(json).windows;
  assert.deepEqual(windows({ ...mistral, sliding_window: 4096 }), [null, null, null, null]);
  assert.deepEqual(windows({ ...mistral, sliding_window: null }), [null, null, null, null]);
  assert.deepEqual(windows({ ...mistral, sliding_window: 100 }), [100, 100, 100, 100]);
  const long = { ...mistral, sliding_window: undefined, max_position_embeddings: 8192 };
  assert.deepEqual(windows(long), [4096, 4096, 4096, 4096]);
  assert.deepEqual(windows({ ...four, sliding_window: 100 }), [null, null, null, null]);
  const used = { ...four, sliding_window: 100, use_sliding_window: true };
  assert.deepEqual(windows({ ...used, max_window_layers: 3 }), [null, null, null, 100]);
  const layer_types = ["sliding_attention", "full_attention", "full_attention", "full_attention"];
  assert.deepEqual(windows({ ...used, layer_types }), [100, null, null, null]);
});
