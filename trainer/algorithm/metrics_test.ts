import assert from "node:assert/strict";
import fc from "fast-check";
import type { Score } from "../reward/reward.ts";
import type { GroupRow } from "../refine/assemble.ts";
import { groupAdvantages } from "./advantage.ts";
import { sampleMetrics } from "./metrics.ts";

const score = (outcome: Score["outcome"], format = 0): Score => {
  const accuracy = outcome === "equal" ? 1 : 0;
  return {
    reward: accuracy,
    score: accuracy * 0.9 + format * 0.1,
    accuracy,
    format,
    outcome,
    extracted: null,
    reason: "",
  };
};

const row = (length: number, reward: number, refined = false): GroupRow => ({
  prompt: [1],
  tokens: Array(length).fill(2),
  reward,
  score: reward * 0.9,
  finish: "stop",
  refined,
});

function close(metrics: Record<string, number>, expected: Record<string, number>): void {
  assert.deepEqual(Object.keys(metrics).sort(), Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs(metrics[name] - value) < 1e-12, `${name} is ${metrics[name]}, not ${value}`);
  }
}

Deno.test("metrics: a step by hand", () => {
  const metrics = sampleMetrics({
    rollouts: [
      { promptLength: 5, responseLength: 10, finish: "stop", score: score("equal") }, // .9
      { promptLength: 5, responseLength: 20, finish: "length", score: score("unparsable") }, // 0
      { promptLength: 9, responseLength: 6, finish: "stop", score: score("different", 1) }, // .1
      { promptLength: 9, responseLength: 4, finish: "stop", score: score("gave_up") }, // 0
    ],
    refinements: [
      { score: score("equal"), initial: score("unparsable") }, // +.9
      { score: score("different"), initial: score("different", 1) }, // −.1
    ],
    groups: [
      { rows: [row(10, 1), row(30, 1, true)], advantages: [0, 0] },
      { rows: [row(6, 1), row(2, 0, true)], advantages: [0.5, -0.5] },
    ],
  });
  close(metrics, {
    "prompt_length/mean": 7,
    "prompt_length/max": 9,
    "prompt_length/min": 5,
    "response_length/mean": 10,
    "response_length/max": 20,
    "response_length/min": 4,
    "response_length/clip_ratio": 0.25,
    "reward/correct": 0.25,
    "reward/wrong": 0.25,
    "reward/unparsable": 0.25,
    "reward/gave_up": 0.25,
    "critique/initial_score_mean": 0.25,
    "critique/refinement_score_mean": 0.45,
    "critique/refinement_improvement": 0.4,
    "critique/refinement_correct": 0.5,
    "critic/score/mean": 0.675,
    "critic/score/max": 0.9,
    "critic/score/min": 0,
    "critic/rewards/mean": 0.75,
    "critic/rewards/max": 1,
    "critic/rewards/min": 0,
    "critic/advantages/mean": (6 * 0.5 - 2 * 0.5) / 48,
    "critic/advantages/max": 0.5,
    "critic/advantages/min": -0.5,
    "group/frac_zero_std": 0.5,
    "group/frac_refined": 0.5,
  });
});

Deno.test("metrics: without refinements theirs are left out, and nothing is NaN", () => {
  const metrics = sampleMetrics({
    rollouts: [{ promptLength: 5, responseLength: 1, finish: "stop", score: score("equal") }],
    refinements: [],
    groups: [{ rows: [row(1, 1)], advantages: [0] }],
  });
  assert.deepEqual(
    Object.keys(metrics).filter((name) => name.startsWith("critique/")),
    ["critique/initial_score_mean"],
  );
  assert.equal(metrics["group/frac_zero_std"], 1);
  assert.equal(metrics["group/frac_refined"], 0);
  assert.deepEqual(sampleMetrics({ rollouts: [], refinements: [], groups: [] }), {});
});

Deno.test("metrics: law - verdicts add up to 1; where all are refined, improvement is the difference", () => {
  const any = fc.tuple(
    fc.constantFrom<Score["outcome"]>("equal", "different", "unparsable", "gave_up"),
    fc.nat(1),
  ).map(([outcome, format]) => score(outcome, format));
  const pairs = fc.array(fc.tuple(any, any), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(pairs, (pairs) => {
    const rewards = pairs.map(([initial]) => initial.reward);
    const metrics = sampleMetrics({
      rollouts: pairs.map(([score]) => ({
        promptLength: 1,
        responseLength: 1,
        finish: "stop",
        score,
      })),
      refinements: pairs.map(([initial, score]) => ({ initial, score })),
      groups: [{
        rows: rewards.map((reward) => row(1, reward)),
        advantages: groupAdvantages(rewards),
      }],
    });
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);
    const verdicts = ["correct", "wrong", "unparsable", "gave_up"];
    near(verdicts.reduce((sum, name) => sum + metrics[`reward/${name}`], 0), 1);
    near(
      metrics["critique/refinement_improvement"],
      metrics["critique/refinement_score_mean"] - metrics["critique/initial_score_mean"],
    );
    near(metrics["critic/advantages/mean"], 0);
    near(metrics["critic/rewards/mean"], metrics["reward/correct"]);
  }));
});
