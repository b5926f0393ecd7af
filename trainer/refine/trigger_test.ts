import assert from "node:assert/strict";
import { refinementTargets } from "./trigger.ts";

Deno.test("refine trigger: all, wrong, all_wrong", () => {
  const mixed = [0, 1, 0, -1], hopeless = [0, 0, -1];
  assert.deepEqual(refinementTargets(mixed, { trigger: "all" }), [0, 1, 2, 3]);
  assert.deepEqual(refinementTargets(mixed, { trigger: "wrong" }), [0, 2, 3]);
  assert.deepEqual(refinementTargets(mixed, { trigger: "all_wrong" }), []);
  assert.deepEqual(refinementTargets(hopeless, { trigger: "all_wrong" }), [0, 1, 2]);
  assert.deepEqual(refinementTargets([1, 1], { trigger: "wrong" }), []);
  assert.deepEqual(refinementTargets([1, 1], { trigger: "all" }), [0, 1]);
});

Deno.test("refine trigger: at most so many a prompt, the first ones", () => {
  const options = { trigger: "wrong", maxPerPrompt: 2 } as const;
  assert.deepEqual(refinementTargets([1, 0, 0, 1, 0], options), [1, 2]);
  assert.deepEqual(refinementTargets([1, 0], options), [1]);
  assert.deepEqual(refinementTargets([0, 0], { trigger: "all_wrong", maxPerPrompt: 0 }), []);
});
