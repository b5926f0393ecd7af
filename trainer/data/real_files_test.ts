import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadProblems } from "./load.ts";

const folder = fileURLToPath(new URL("../../../shared/data/math/", import.meta.url));
const keys = {
  prompt_key: ["prompt"],
  ground_truth_key: ["ground_truth"],
  reference_key: "solution",
};
const named = { ...keys, prompt_key: ["question"], ground_truth_key: ["answer"] };

function test(name: string, file: string, run: (path: string) => Promise<void>): void {
  const there = existsSync(folder + file);
  Deno.test({
    name: there ? name : `${name} (skipped: ${file} is not here)`,
    ignore: !there,
    fn: () => run(folder + file),
  });
}

test(
  "the authors' validation set has its 2,019 problems",
  "critique_grpo_val.parquet",
  async (path) => {
    const { problems } = await loadProblems([path], keys);
    const counts: Record<string, number> = {};
    for (const { source } of problems) counts[source] = (counts[source] ?? 0) + 1;
    assert.deepEqual(counts, { aime: 240, amc: 332, math: 500, minerva: 272, olympiad_bench: 675 });
    assert.equal(new Set(problems.map(({ id }) => id)).size, 2019);
    for (const { question, messages, groundTruth } of problems) {
      assert.deepEqual(messages.map(({ role }) => role), ["system", "user"]);
      assert(groundTruth.length > 0);
      assert(!question.endsWith("\\boxed{}."), question);
    }
    assert.deepEqual(problems[0].metadata.extra_info, { index: 0, split: "default" });

    const sample = await loadProblems([path], keys, { maxSamples: 100 });
    assert.equal(new Set(sample.problems.map(({ source }) => source)).size, 5);
  },
);

test(
  "GSM8K: every answer is a number, every working a reference",
  "gsm8k_train.jsonl",
  async (path) => {
    const { problems } = await loadProblems([path], named);
    assert.equal(problems.length, 7473);
    for (const { groundTruth, reference } of problems) {
      assert.match(groundTruth, /^-?\d+(\.\d+)?$/);
      assert(reference);
    }
    assert.equal(problems[0].groundTruth, "72");
  },
);

test("AIME 2024 brings solutions", "aime24.jsonl", async (path) => {
  const { problems } = await loadProblems([path], named);
  assert.equal(problems.length, 30);
  assert.equal(problems[0].groundTruth, "204");
  assert.equal(problems[0].source, "aime24");
  assert(problems.every(({ reference }) => reference));
});

test("AMC 2023 answers by numbers", "amc23.jsonl", async (path) => {
  const { problems } = await loadProblems([path], named);
  assert.deepEqual([problems.length, problems[0].groundTruth], [40, "27"]);
});
