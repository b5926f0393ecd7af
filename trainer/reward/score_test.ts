import assert from "node:assert/strict";
import type { Problem } from "../data/problem.ts";
import type { Response } from "../rollout/respond.ts";
import type { RewardFunction, RewardSample, Worth } from "./reward.ts";
import { score } from "./score.ts";

const problem: Problem = {
  id: "a.jsonl:7",
  question: "What is 2 + 2?",
  groundTruth: "4",
  source: "a",
  messages: [],
  metadata: { level: 3 },
};
const answer: Response = { text: "four", tokens: [1], logprobs: [-1], finish: "stop" };

Deno.test("a reward function is told the whole problem, and may say as little as a number", async () => {
  const samples: RewardSample[] = [];
  const reward: RewardFunction = {
    score(sample) {
      samples.push(sample);
      return { reward: 0.5 };
    },
  };
  const [scored] = await score({ reward }, problem, [answer]);
  assert.deepEqual(samples, [{
    solution: "four",
    groundTruth: "4",
    question: "What is 2 + 2?",
    source: "a",
    metadata: { level: 3 },
  }]);
  assert.equal(scored.text, "four");
  assert.deepEqual(scored.score, {
    reward: 0.5,
    score: 0.5,
    accuracy: 1,
    format: 0,
    outcome: "equal",
    extracted: null,
    reason: "as the reward function says",
  });
});

Deno.test("what it says besides the reward stands", async () => {
  const reward = { score: () => ({ reward: 0, score: 0.1, outcome: "unparsable" as const }) };
  const [scored] = await score({ reward }, problem, [answer]);
  assert.deepEqual([scored.score.score, scored.score.outcome], [0.1, "unparsable"]);
});

Deno.test("a reward that is no number is an error that names the problem", async () => {
  for (const worth of [{ reward: NaN }, { reward: 1, score: Infinity }, {}, undefined, "1"]) {
    const reward = { score: () => worth as Worth };
    await assert.rejects(
      score({ reward }, problem, [answer]),
      /Cannot use what the reward function says of an answer to a\.jsonl:7: reward /,
    );
  }
});
