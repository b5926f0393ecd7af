import assert from "node:assert/strict";
import { changedSettings } from "./changes.ts";

Deno.test("changed settings are named with both values, equal ones are not", () => {
  const before = "actor:\n  lr: 0.1\n  betas: [0.9, 0.98]\ntrainer:\n  seed: 1\n  old: x\n";
  const after = "actor:\n  lr: 0.2\n  betas: [0.9, 0.98]\ntrainer:\n  seed: 1\n  new: null\n";
  assert.deepEqual(changedSettings(before, after), [
    "actor.lr: 0.1 -> 0.2",
    'trainer.old: "x" -> unset',
    "trainer.new: unset -> null",
  ]);
  assert.deepEqual(changedSettings(before, before), []);
});
