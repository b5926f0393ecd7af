/**
 * Emend trains language models from critiques: Critique-GRPO (arXiv 2506.03106) on the CPU of this process.
 *
 * What `deno task train` does, from a program:
 *
 * @example Train the built-in tiny model, for two steps
 * ```ts
 * import { loadConfig, silentReporter, train } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * const config = loadConfig({
 *   files: ["configs/quick.yaml"],
 *   overrides: [
 *     "trainer.default_local_dir=" + await Deno.makeTempDir(),
 *     "trainer.total_training_steps=2",
 *     "warmup.steps=2",
 *     "data.val_max_samples=6",
 *   ],
 * });
 * const result = await train({ config, reporter: silentReporter() });
 * assert.equal(result?.steps, 2);
 * assert.equal(result?.val.after.n, 6);
 * ```
 *
 * @example A reward of your own
 * ```ts
 * import { loadConfig, type RewardFunction, silentReporter, train } from "@emend/emend";
 *
 * // Shorter is better, as long as there is a box. The sample has the ground truth, the question and the row's
 * // other columns as well; a score, a verdict and a reason may be told besides the reward.
 * const brevity: RewardFunction = {
 *   score: ({ solution }) => ({
 *     reward: solution.includes("\\boxed{") ? 1 / solution.length : 0,
 *     reason: `${solution.length} characters`,
 *   }),
 * };
 * const config = loadConfig({
 *   files: ["configs/quick.yaml"],
 *   overrides: [
 *     "trainer.default_local_dir=" + await Deno.makeTempDir(),
 *     "trainer.total_training_steps=1",
 *     "warmup.steps=1",
 *     "data.val_files=[]",
 *   ],
 * });
 * await train({ config, reward: brevity, reporter: silentReporter() });
 * ```
 *
 * @example A critic of your own
 * ```ts
 * import { type Critic, loadConfig, silentReporter, train } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * let asked = 0;
 * const critic: Critic = {
 *   critique({ gt }) {
 *     asked++;
 *     const critique = `The generated solution is incorrect, the ground truth is ${gt}.`;
 *     return Promise.resolve({ critique, type: "text", origin: "model" });
 *   },
 * };
 * const config = loadConfig({
 *   files: ["configs/quick.yaml"],
 *   overrides: [
 *     "trainer.default_local_dir=" + await Deno.makeTempDir(),
 *     "trainer.total_training_steps=1",
 *     "warmup.steps=1",
 *     "data.val_files=[]",
 *   ],
 * });
 * await train({ config, critic, reporter: silentReporter() });
 * assert.ok(asked > 0);
 * ```
 *
 * @example A run that is stopped from outside: what it has learned is saved, and the same call goes on from there
 * ```ts
 * import { loadConfig, silentReporter, train } from "@emend/emend";
 * import assert from "node:assert/strict";
 *
 * const config = loadConfig({
 *   files: ["configs/quick.yaml"],
 *   overrides: ["trainer.default_local_dir=" + await Deno.makeTempDir(), "data.val_files=[]"],
 * });
 * const signal = AbortSignal.timeout(1000);
 * await assert.rejects(train({ config, signal, reporter: silentReporter() }), { name: "TimeoutError" });
 * ```
 *
 * @module
 */

export {
  extract,
  type Outcome,
  parse,
  type Verdict,
  verify,
  type VerifyOptions,
} from "./verifier-wasm/mod.ts";
export {
  type Config,
  ConfigError,
  type ConfigSources,
  describeKeys,
  type KeyDescription,
  loadConfig,
  resolvedYaml,
} from "./trainer/config.ts";
export {
  type Critic,
  type Critique,
  type CritiqueSample,
  type CritiqueType,
  generateCritique,
  RuleCritic,
} from "./trainer/critique/critique.ts";
export type { ChatEndpointOptions } from "./trainer/endpoint/chat_endpoint.ts";
export {
  type CriticCounters,
  ModelCritic,
  type ModelCriticOptions,
} from "./trainer/critique/model_critic.ts";
export {
  CritiqueRewardFunction,
  type CritiqueRewardOptions,
  type RewardFunction,
  type RewardSample,
  type Score,
  type Worth,
} from "./trainer/reward/reward.ts";
export type { Output } from "./trainer/run/output.ts";
export {
  createReporter,
  type Phase,
  type Reporter,
  type ReporterOptions,
  silentReporter,
} from "./trainer/run/progress.ts";
export type { StepLine, StepSeconds } from "./trainer/run/step_line.ts";
export type { Summary, Validation } from "./trainer/run/summary.ts";
export { type RunResult, train, type TrainOptions } from "./trainer/train.ts";
