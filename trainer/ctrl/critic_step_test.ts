import assert from "node:assert/strict";
import { loadConfig } from "../config.ts";
import { StepAbandoned } from "../method.ts";
import type { Policy, PolicyRow } from "../policy.ts";
import type { Completion, GenerationRequest } from "../rollout/engine.ts";
import { silentReporter } from "../run/progress.ts";
import { TokenSpans } from "../run/token_spans.ts";
import { criticMetrics, criticRecord } from "./critic_metrics.ts";
import { criticStep } from "./critic_step.ts";
import { SandboxGone } from "./patience.ts";
import { CriticTraining } from "./method.ts";
import type { State, TestJob, TestOutcome, TestRunner } from "./state.ts";
import { ScriptedWriter } from "./testing/scripted_writer.ts";
import { microTokenizer } from "./world/tokenizer_files.ts";

const tokenizer = microTokenizer("critic");
const config = loadConfig({
  files: ["configs/ctrl_quick.yaml"],
  overrides: [
    "data.train_batch_size=2",
    "actor_rollout_ref.actor.ppo_mini_batch_size=2",
    "actor_rollout_ref.rollout.n=4",
  ],
});

/** Writes the same four critiques of every state, and keeps what it is to learn from. */
class ScriptedCritic implements Policy {
  updates = 0;
  learned: PolicyRow[] = [];
  constructor(readonly critiques: readonly string[]) {}
  generate(requests: readonly GenerationRequest[]): Promise<Completion[]> {
    return Promise.resolve(requests.map((_, i) => {
      const text = tokenizer.encode(this.critiques[i % this.critiques.length]);
      const tokens = [...text, tokenizer.eosIds[0]];
      return { tokens, logprobs: tokens.map(() => -1), finish: "stop" };
    }));
  }
  logProbs(rows: readonly { response: readonly number[] }[]): Promise<Float32Array[]> {
    return Promise.resolve(rows.map(({ response }) => new Float32Array(response.length)));
  }
  update(rows: readonly PolicyRow[]) {
    this.updates++;
    this.learned.push(...rows);
    return Promise.resolve({ applied: true, metrics: { pg_loss: 0 }, logProbs: [] });
  }
  save = () => Promise.resolve();
  load = () => Promise.resolve();
}

/** A program passes where it is what the test says. */
class Exact implements TestRunner<string> {
  remembered = 0;
  pauses = 0;
  faults = 0;
  run(jobs: readonly TestJob<string>[]): Promise<TestOutcome[]> {
    return Promise.resolve(jobs.map(({ code, tests }) => {
      const passed = code.trim() === tests;
      const failures = passed ? [] : [{ test: 0, got: code.trim(), message: "" }];
      return { passed, share: Number(passed), timedOut: false, ran: 1, failures };
    }));
  }
  describe = (tests: string) => [{ input: "the text", expected: tests }];
}

const fence = (code: string) => "```python\n" + code + "\n```";
const state = (id: string, code: string): State<string> => ({
  id,
  source: "test",
  problem: "Return twice the sum of a plus two and b",
  solution: fence(code),
  passed: code === "max",
  tests: "max",
  prompt: [2, 50, 3],
});

/** Follows the suggested function; writes no fence when told `none`, nothing at all when told `gap`. */
const generator = new ScriptedWriter((chat) => {
  const [, solution, request] = chat;
  const told = /function = (\w+)/.exec(request.content)?.[1];
  if (told === "gap") return null;
  if (told) return fence(told);
  return request.content.includes("Incorrect") ? "no program" : solution.content;
});

const critiques = [
  "Improvement suggestions: function = max . Overall judgment: Incorrect",
  "Improvement suggestions: function = max .",
  "Improvement suggestions: none . Overall judgment: Incorrect",
  "Improvement suggestions: function = gap . Overall judgment: Incorrect",
];
const parts = (policy: Policy, runner: TestRunner<string> = new Exact()) => ({
  config,
  policy,
  tokenizer,
  generator,
  runner,
  reporter: silentReporter(),
});

Deno.test("a critique earns what its revision is worth, and nothing without a judgment", async () => {
  const critic = new ScriptedCritic(critiques);
  const states = [state("wrong", "min"), state("right", "max")];
  const step = await criticStep(parts(critic), 0, states);
  for (const { critiques, advantages } of step.records) {
    assert.deepEqual(critiques.map(({ outcome }) => outcome.passed), [true, true, false, false]);
    assert.deepEqual(critiques.map(({ reward }) => reward), [1, 0, 0, 0]);
    // mean 1/4; the sample standard deviation is √((9 + 3)/16 / 3) = 1/2
    assert.deepEqual(advantages.map((a) => Math.round(1e4 * a) / 1e4), [1.5, -0.5, -0.5, -0.5]);
  }
  assert.equal(critic.learned.length, 8);
  // Token mean: every token weighs the same, and all of them together 1.
  const tokens = critic.learned.reduce((n, { response }) => n + response.length, 0);
  assert.ok(critic.learned.every(({ weight }) => Math.abs(weight - 1 / tokens) < 1e-12));

  const metrics = criticMetrics(1, 0, step);
  assert.equal(metrics["critic/rewards/mean"], 0.25);
  assert.equal(metrics["ctrl/passed"], 0.5);
  assert.equal(metrics["ctrl/no_judgment"], 0.25);
  assert.equal(metrics["ctrl/no_program"], 0.5);
  assert.equal(metrics["ctrl/generator_faults"], 0.25);
  assert.equal(metrics["ctrl/delta_up"], 0.25);
  assert.equal(metrics["ctrl/delta_down"], 0.25);
  assert.equal(metrics["ctrl/wrong_recognised"], 0.75);
  assert.equal(metrics["ctrl/right_recognised"], 0);
  assert.equal(metrics["group/frac_zero_std"], 0);
});

Deno.test("a state's record holds what a reader needs: programs, their tests, tokens", async () => {
  const hostile: State<string> = {
    ...state("h", "min"),
    outcome: {
      passed: false,
      share: 0,
      timedOut: false,
      ran: 1,
      failures: [{ test: 0, got: "</script>\u202e\ud800", message: "" }],
    },
  };
  const { records: [record] } = await criticStep(parts(new ScriptedCritic(critiques)), 0, [
    hostile,
  ]);
  const line = JSON.parse(JSON.stringify(criticRecord(record, new TokenSpans(tokenizer))));
  assert.equal(line.program, "min\n");
  assert.deepEqual(line.tests, [{ input: "the text", expected: "max" }]);
  assert.deepEqual(line.failures, hostile.outcome!.failures);
  const [mended, , unread] = line.critiques;
  assert.equal(mended.text, critiques[0]);
  assert.equal(mended.tokens, mended.logprobs.length);
  assert.deepEqual([mended.program, mended.ran, mended.failures], ["max\n", 1, []]);
  assert.deepEqual([unread.program, unread.revision], ["", "no program"]);
  assert.deepEqual(unread.failures, [{ test: 0, got: "", message: "" }]);
});

Deno.test("a group whose rewards are all alike has advantages of exactly 0", async () => {
  const step = await criticStep(parts(new ScriptedCritic([critiques[0]])), 0, [state("a", "min")]);
  assert.deepEqual(step.records[0].advantages, [0, 0, 0, 0]);
});

Deno.test("a generator that brings no program at all: a step without states, and a sandbox's troubles, are counted", async () => {
  const critic = new ScriptedCritic(critiques), runner = new Exact();
  runner.pauses = 3;
  const training = new CriticTraining(parts(critic, runner) as never, {
    batchAt: () => Promise.resolve({ epoch: 0, states: [], metrics: { "ctrl/solutions": 4 } }),
    epochAt: () => 0,
    totalSteps: 2,
    heldOut: [],
  });
  const { metrics, line } = await training.step(0);
  assert.equal(critic.updates, 0);
  assert.deepEqual([line.reward, line.passAt1, line.zeroVariance, line.meanLength], [
    null,
    null,
    null,
    0,
  ]);
  assert.equal(metrics["ctrl/solutions"], 4);
  assert.ok(!("critic/rewards/mean" in metrics));
  runner.faults = 1;
  const second = (await training.step(1)).metrics;
  assert.deepEqual(
    [metrics, second].map((m) => [m["ctrl/sandbox_pauses"], m["ctrl/sandbox_faults"]]),
    [
      [3, 0],
      [0, 1],
    ],
  );
});

Deno.test("a sandbox that stays away abandons the step before anything is learned", async () => {
  const critic = new ScriptedCritic(critiques);
  const gone: TestRunner<string> = {
    remembered: 0,
    pauses: 0,
    faults: 0,
    run: () => Promise.reject(new SandboxGone("The sandbox does not answer")),
    describe: () => [],
  };
  const training = new CriticTraining(
    parts(critic, gone) as never,
    {
      batchAt: () => Promise.resolve({ epoch: 0, states: [state("a", "min"), state("b", "max")] }),
      epochAt: () => 0,
      totalSteps: 1,
      heldOut: [],
    },
  );
  await assert.rejects(training.step(0), StepAbandoned);
  assert.equal(critic.updates, 0);
});
