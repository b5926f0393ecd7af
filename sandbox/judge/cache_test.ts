import assert from "node:assert/strict";
import { ResultCache } from "./cache.ts";
import type { Submission } from "./problem.ts";
import type { JudgeResult } from "./verdict.ts";

const result = (): JudgeResult => ({ accepted: true, tests: [] });
const SIZE = 2 * (1 + JSON.stringify(result()).length);

Deno.test("the longest unused makes room", () => {
  const cache = new ResultCache(2 * SIZE);
  cache.set("a", result());
  cache.set("b", result());
  assert.ok(cache.get("a"));
  cache.set("c", result());
  assert.equal(cache.get("b"), undefined);
  assert.ok(cache.get("a") && cache.get("c"));
  assert.deepEqual([cache.size, cache.bytes, cache.evictions], [2, 2 * SIZE, 1]);
  assert.deepEqual([cache.hits, cache.misses], [3, 1]);
});

Deno.test("replacing a result does not count it twice; a result too large is not kept", () => {
  const cache = new ResultCache(SIZE);
  cache.set("a", result());
  cache.set("a", result());
  assert.equal(cache.bytes, SIZE);
  cache.set("b".repeat(100), result());
  assert.deepEqual([cache.size, cache.bytes], [1, SIZE]);
  assert.equal(new ResultCache(0).get("a"), undefined);
});

Deno.test("the key is all that decides a result", async () => {
  const base: Submission = {
    problem: { kind: "stdio", tests: [{ input: { stdin: "1" }, output: { stdout: "2" } }] },
    code: "print(2)",
    language: "python",
  };
  const others: Submission[] = [
    { ...base, code: "print(3)" },
    { ...base, language: "bash" },
    { ...base, limits: { runTimeout: 1 } },
    { ...base, runAll: true },
    { ...base, problem: { kind: "stdio", tests: [{ input: {}, output: { stdout: "2" } }] } },
  ];
  const keys = await Promise.all([base, { ...base }, ...others].map(ResultCache.key));
  assert.equal(keys[0], keys[1]);
  assert.equal(new Set(keys).size, 1 + others.length);
});
