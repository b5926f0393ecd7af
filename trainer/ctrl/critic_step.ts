/**
 * Stage II of CTRL (arXiv 2502.03492): G critiques of each solution, a revision from each by the frozen generator, its
 * tests; the tests' result is the critique's reward, and the critic learns by GRPO.
 *
 * While the critic writes about some solutions, those before them are being revised, and those before them are run:
 * with a generator in another process, or a second core, none waits for the others.
 */

import { groupAdvantages } from "../algorithm/advantage.ts";
import { learn, type LearningStats } from "../algorithm/learn.ts";
import type { Config } from "../config.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import type { Policy } from "../policy.ts";
import { respond, type Response } from "../rollout/respond.ts";
import type { Reporter } from "../run/progress.ts";
import { deriveSeed } from "../seed.ts";
import { judgmentOf } from "./judgment.ts";
import { revise, type Revision } from "./revise.ts";
import type { State, TestOutcome, TestRunner } from "./state.ts";
import type { TestCase } from "./test_case.ts";
import type { Writer } from "./writer.ts";

/** What the training of a critic works with. */
export interface CriticParts<Tests> {
  /** Every setting of the run. */
  config: Config;
  /** The critic. */
  policy: Policy;
  /** The critic's own. */
  tokenizer: Tokenizer;
  /** Revises; never learns. */
  generator: Writer;
  /** Runs revisions. */
  runner: TestRunner<Tests>;
  /** Shows progress. */
  reporter: Reporter;
}

/** A critique and what came of it. */
export interface Judged {
  /** The critique. */
  critique: Response;
  /** What it says about the whole; null earns nothing. */
  judgment: ReturnType<typeof judgmentOf>;
  /** What the generator made of it. */
  revision: Revision;
  /** What the tests said of that. */
  outcome: TestOutcome;
  /** What it is worth. */
  reward: number;
}

/** One state of a step. */
export interface StateRecord<Tests> {
  /** The problem and the solution. */
  state: State<Tests>;
  /** Its G critiques. */
  critiques: Judged[];
  /** One for each. */
  advantages: number[];
  /** What programs were tested by, as a person reads it. */
  tests: TestCase[];
}

/** What a step did. */
export interface CriticStep<Tests> {
  /** By state. */
  records: StateRecord<Tests>[];
  /** What the updates did. */
  learning: LearningStats;
  /**
   * Seconds; `solve` is the waiting for the step's solutions, `refine` and `exec` overlap with `gen`, and `wait` is what
   * is left of them after it.
   */
  seconds: {
    step: number;
    solve: number;
    gen: number;
    refine: number;
    exec: number;
    wait: number;
    update: number;
  };
  /** Tokens generated, by critic and generator. */
  tokens: number;
  /** Programs whose result was known already. */
  remembered: number;
}

/** Parts that a step's states are cut into, to be worked on in turns. */
const PIECES = 4;

/**
 * One training step. Steps count from 0.
 *
 * @param solve seconds that the states were waited for
 */
export async function criticStep<Tests>(
  parts: CriticParts<Tests>,
  step: number,
  states: readonly State<Tests>[],
  solve = 0,
): Promise<CriticStep<Tests>> {
  const { config, policy, reporter, runner } = parts;
  const seconds = { step: 0, solve, gen: 0, refine: 0, exec: 0, wait: 0, update: 0 };
  const started = performance.now(), remembered = runner.remembered;
  const size = Math.ceil(states.length / PIECES);
  const judging: Promise<Judged[][]>[] = [];
  for (let at = 0; at < states.length; at += size) {
    const piece = states.slice(at, at + size);
    const critiques = await timed(seconds, "gen", () => write(parts, step, piece, at));
    const judged = judge(parts, piece, critiques, seconds);
    judged.catch(() => {}); // It is awaited below, perhaps after another one failed.
    judging.push(judged);
  }
  const critiques = await timed(seconds, "wait", async () => (await Promise.all(judging)).flat());
  const records = states.map((state, i): StateRecord<Tests> => ({
    state,
    critiques: critiques[i],
    advantages: groupAdvantages(critiques[i].map(({ reward }) => reward), {
      normByStd: config.algorithm.norm_adv_by_std_in_grpo,
    }),
    tests: runner.describe(state.tests),
  }));
  const groups = records.map(({ state, critiques, advantages }) => ({
    advantages,
    rows: critiques.map(({ critique: { tokens, logprobs, finish }, reward }) => ({
      prompt: state.prompt,
      tokens,
      logprobs,
      finish,
      reward,
      score: reward,
      refined: false,
    })),
  }));
  const learning = await timed(seconds, "update", () => learn(policy, groups, config, reporter));
  seconds.step = solve + (performance.now() - started) / 1000;
  const all = critiques.flat();
  return {
    records,
    learning,
    seconds,
    tokens: all.reduce(
      (n, { critique, revision }) => n + critique.tokens.length + revision.tokens,
      0,
    ),
    remembered: runner.remembered - remembered,
  };
}

/** G critiques of each state. */
async function write<Tests>(
  { config, policy, tokenizer }: CriticParts<Tests>,
  step: number,
  states: readonly State<Tests>[],
  first: number,
): Promise<Response[][]> {
  const { n, temperature, top_p, top_k } = config.actor_rollout_ref.rollout;
  const requests = states.flatMap(({ prompt }, s) =>
    Array.from({ length: n }, (_, i) => ({
      prompt,
      maxTokens: config.data.max_response_length,
      seed: deriveSeed(config.trainer.seed, "critique", step, first + s, i),
    }))
  );
  const sampling = { temperature, topP: top_p, topK: top_k };
  const all = await respond(policy, tokenizer, requests, sampling);
  return states.map((_, s) => all.slice(s * n, (s + 1) * n));
}

/** What critiques are worth: the tests' result of the revision, and nothing without a judgment. */
async function judge<Tests>(
  { config, generator, runner }: CriticParts<Tests>,
  states: readonly State<Tests>[],
  critiques: readonly Response[][],
  seconds: CriticStep<Tests>["seconds"],
): Promise<Judged[][]> {
  const flat = critiques.flatMap((group, s) =>
    group.map((critique) => ({ state: states[s], critique, judgment: judgmentOf(critique.text) }))
  );
  const items = flat.map(({ state, critique }) => ({ ...state, critique: critique.text }));
  const { max_tokens } = config.ctrl.generator;
  const revisions = await timed(
    seconds,
    "refine",
    () => revise(generator, items, { maxTokens: max_tokens }),
  );
  const jobs = flat.map(({ state }, i) => ({ code: revisions[i].code, tests: state.tests }));
  const outcomes = await timed(seconds, "exec", () => runner.run(jobs));
  const judged = flat.map(({ critique, judgment }, i): Judged => {
    const { passed, share } = outcomes[i];
    const result = config.ctrl.partial_reward ? share : Number(passed);
    const reward = judgment === null ? 0 : result;
    return { critique, judgment, revision: revisions[i], outcome: outcomes[i], reward };
  });
  const n = critiques[0]?.length ?? 0;
  return states.map((_, s) => judged.slice(s * n, (s + 1) * n));
}

async function timed<T, K extends string>(
  seconds: Record<K, number>,
  name: K,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    seconds[name] += (performance.now() - started) / 1000;
  }
}
