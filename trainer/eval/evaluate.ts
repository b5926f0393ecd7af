/** An evaluation from its settings to its results: load, ask, keep, sum up. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { verify } from "../../verifier-wasm/mod.ts";
import type { Problem } from "../data/problem.ts";
import type { ChatAnswer } from "../endpoint/chat_endpoint.ts";
import { hubOf } from "../hub/hub.ts";
import { writeWhole } from "../run/disk.ts";
import type { Reporter } from "../run/progress.ts";
import { deriveSeed } from "../seed.ts";
import { benchmarkOf, problemsOf } from "./benchmarks.ts";
import { type EvaluationSettings, samplingOf } from "./keys.ts";
import { openModel } from "./model.ts";
import type { Question, Respondent } from "./respondent.ts";
import { type Identity, ResponseLog, type ResponseRecord } from "./response_log.ts";
import { type Results, summarise, summariseSources } from "./results.ts";
import { resultsTable } from "./results_table.ts";

/**
 * Asks a model every problem of a benchmark k times and sums up the verdicts. What an earlier call with the same
 * settings has kept is not asked again.
 *
 * @throws an error that says what, where and what to do; answers so far are kept
 */
export async function evaluate(
  settings: EvaluationSettings,
  env: Readonly<Record<string, string | undefined>>,
  reporter: Reporter,
): Promise<Results> {
  const { k, seed } = settings;
  const hub = hubOf(env);
  const benchmark = benchmarkOf(settings);
  const model = await openModel(settings, hub, reporter);
  const problems = await problemsOf(benchmark, settings, hub, reporter);
  const out = settings.out ?? defaultFolder(benchmark.name, model.name, k);
  using log = await ResponseLog.open(out, identityOf(settings, benchmark.name, problems, model));

  const { temperature, topP } = samplingOf(settings);
  if (temperature === 0 && k > 1) {
    reporter.warn(`temperature=0 is greedy: the ${k} answers to a problem will be much alike`);
  }
  const questions = problems.flatMap((problem, p) =>
    Array.from({ length: k }, (_, sample): Question => ({
      problem,
      sample,
      seed: deriveSeed(seed, "evaluation", p, sample),
    }))
  );
  const open = questions.filter(({ problem, sample }) => !log.get(problem.id, sample));
  const kept = questions.length - open.length;
  reporter.note(
    `${benchmark.name}: ${problems.length} problems, ${questions.length} answers by ${model.name}, ` +
      (kept > 0 ? `${kept} of them in ${out} already` : `kept in ${out}`),
  );
  using phase = reporter.phase("answers", questions.length, "answers", kept);
  await model.answer(open, (question, answer) => {
    log.add(recordOf(question, answer));
    phase.advance();
  });
  phase.done();

  const answers = problems.map(({ id }) =>
    Array.from({ length: k }, (_, sample) => log.get(id, sample)!)
  );
  const results: Results = {
    benchmark: benchmark.name,
    model: model.name,
    ...summarise(answers, seed),
    temperature,
    top_p: topP,
    max_tokens: settings.max_tokens,
    seed,
    sources: summariseSources(answers, seed),
  };
  const path = join(out, "results.json");
  await writeWhole(path, JSON.stringify(results, null, 2) + "\n", "out");
  reporter.note(`\n${resultsTable(results, reporter.columns)}\n\nEverything is in ${out}`);
  return results;
}

/** A response with its verdict. */
function recordOf({ problem, sample }: Question, answer: ChatAnswer): ResponseRecord {
  const { id, source, question, groundTruth } = problem;
  const { outcome, extracted, reason } = verify(groundTruth, answer.text);
  return {
    id,
    source,
    question,
    ground_truth: groundTruth,
    sample,
    response: answer.text,
    finish: answer.finish,
    tokens: answer.tokens,
    outcome,
    extracted,
    reason,
  };
}

/** More answers a problem may be asked for later; anything else makes it another evaluation. */
function identityOf(
  settings: EvaluationSettings,
  benchmark: string,
  problems: readonly Problem[],
  model: Respondent,
): Identity {
  const { temperature, topP } = samplingOf(settings);
  const asked = problems.map(({ id, messages, groundTruth }) => [id, messages, groundTruth]);
  return {
    benchmark,
    model: model.name,
    temperature,
    top_p: topP,
    max_tokens: settings.max_tokens,
    seed: settings.seed,
    problems: createHash("sha256").update(JSON.stringify(asked)).digest("hex"),
    weights: model.fingerprint,
  };
}

/** `runs/eval/aime24-quick-step-000160-k1`. */
function defaultFolder(benchmark: string, model: string, k: number): string {
  const name = model.replace(/^(.*[\\/])?runs[\\/]/, "").replace(/[\\/]checkpoints[\\/]/, "-");
  const slug = (text: string) => text.replace(/[^\w.-]+/g, "-").slice(-80);
  return join("runs", "eval", `${slug(benchmark)}-${slug(name)}-k${k}`);
}
