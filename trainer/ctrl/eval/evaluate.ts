/** A whole evaluation: the initial solutions, every method on the same ones, results and picture in the run's folder. */

import { join } from "node:path";
import { writeWhole } from "../../run/disk.ts";
import { type EvalCritic, executionFeedback, modelCritic } from "./critics.ts";
import { turnMetrics } from "./metrics.ts";
import { type MethodResult, resultsChart } from "./report.ts";
import { criticiseAndRevise, type EvalParts, initialSolutions } from "./turns.ts";
import type { Writer } from "../writer.ts";

/** The models that criticise beside the generator itself. */
export interface EvalCritics {
  /** The critic as training left it. */
  critic?: Writer;
  /** The model that it was trained from. */
  untrained?: Writer;
  /** Critiques of a solution a turn; the majority judges. */
  votes: number;
}

/** The methods of a run by name: the baselines, then the critic. */
export function methodsOf(parts: EvalParts, critics: EvalCritics): Map<string, EvalCritic> {
  const { critic, untrained, votes } = critics;
  return new Map([
    ["execution-feedback", executionFeedback(parts.execution)],
    ["self-critique", modelCritic(parts.generator, votes)],
    ...(untrained ? [["untrained-critic", modelCritic(untrained, votes)]] as const : []),
    ...(critic ? [["critic", modelCritic(critic, votes)]] as const : []),
  ]);
}

/** Runs what the journal lacks, and writes `results.json` and `turns.svg`. */
export async function evaluate(
  folder: string,
  parts: EvalParts,
  methods: ReadonlyMap<string, EvalCritic>,
): Promise<MethodResult[]> {
  const initial = await initialSolutions(parts);
  const results: MethodResult[] = [];
  for (const [method, critic] of methods) {
    results.push({
      method,
      turns: turnMetrics(await criticiseAndRevise(parts, method, critic, initial)),
    });
  }
  const summary = {
    method: "ctrl:eval",
    seed: parts.seed,
    tasks: parts.tasks.length,
    solutions: initial.length,
    sandbox: { pauses: parts.execution.pauses, faults: parts.execution.faults },
    results,
  };
  await writeWhole(join(folder, "results.json"), JSON.stringify(summary, null, 2) + "\n");
  await writeWhole(join(folder, "turns.svg"), resultsChart(results));
  return results;
}
