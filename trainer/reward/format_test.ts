import assert from "node:assert/strict";
import { hasThinkFormat } from "./format.ts";

Deno.test("format: a thought that is opened first and closed", () => {
  assert.equal(hasThinkFormat("<think>2 + 2 = 4</think>\\boxed{4}"), true);
  assert.equal(hasThinkFormat("\n <think></think>"), true);
});

Deno.test("format: never opened, opened late, or left open", () => {
  assert.equal(hasThinkFormat("\\boxed{4}"), false);
  assert.equal(hasThinkFormat("Well. <think>4</think>"), false);
  assert.equal(hasThinkFormat("<think>4"), false);
  assert.equal(hasThinkFormat("</think><think>"), false);
  assert.equal(hasThinkFormat(""), false);
});
