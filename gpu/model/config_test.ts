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
    ropeTheta: 10000,
    tied: true,
  });
  assert.deepEqual(source, QWEN);
});

Deno.test("the newer spelling of rotary parameters, explicit head widths, and defaults", () => {
  const { rope_theta: _, tie_word_embeddings: __, ...rest } = QWEN;
  const newer = {
    ...rest,
    head_dim: 64,
    layer_types: ["full_attention"],
    rope_parameters: { rope_type: "default", rope_theta: 1e6 },
    rope_scaling: null,
  };
  const { ropeTheta, headSize, tied } = parseConfig(newer);
  assert.deepEqual({ ropeTheta, headSize, tied }, { ropeTheta: 1e6, headSize: 64, tied: false });
  assert.equal(parseConfig(rest).ropeTheta, 10000);
});

Deno.test("what is not supported is told in a sentence that names the file and the field", () => {
  const cases: [unknown, RegExp][] = [
    [{ ...QWEN, model_type: "llama" }, /its model_type is "llama"; supported: "qwen2"/],
    [{}, /its model_type is undefined; supported: "qwen2"/],
    [null, /its model_type is undefined/],
    ["qwen2", /its model_type is undefined/],
    [{ ...QWEN, rope_scaling: { type: "yarn", factor: 4 } }, /rope_scaling: .*not supported/],
    [{ ...QWEN, rope_parameters: { rope_type: "yarn" } }, /rope_type "yarn" is not supported/],
    [{ ...QWEN, use_sliding_window: true }, /use_sliding_window: .*not supported/],
    [
      { ...QWEN, layer_types: ["full_attention", "sliding_attention"] },
      /layer_types\.1: only full_attention is supported/,
    ],
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
