/** What can be evaluated on, and where its problems are. */

import { basename } from "node:path";
import { ConfigError } from "../config/error.ts";
import { nearest } from "../config/nearest.ts";
import { checkGold } from "../data/gold.ts";
import { loadProblems } from "../data/load.ts";
import type { Problem } from "../data/problem.ts";
import { secretNumbersHeldOut } from "../data/secret_numbers/problems.ts";
import { hubData, type HubPlace } from "../hub/hub.ts";
import type { Reporter } from "../run/progress.ts";
import type { EvaluationSettings } from "./keys.ts";

/** Where the hub keeps each benchmark, as the field's evaluations load it. */
export const BENCHMARKS = {
  aime24: { repository: "HuggingFaceH4/aime_2024", config: "default", split: "train" },
  aime25: { repository: "math-ai/aime25", config: "default", split: "test" },
  amc23: { repository: "math-ai/amc23", config: "default", split: "test" },
  math500: { repository: "HuggingFaceH4/MATH-500", config: "default", split: "test" },
  minerva: { repository: "math-ai/minervamath", config: "default", split: "test" },
  olympiad: { repository: "math-ai/olympiadbench", config: "default", split: "test" },
  gsm8k: { repository: "openai/gsm8k", config: "main", split: "test" },
} as const;

/** The problems that the built-in model is trained for. */
const BUILTIN = "secret_numbers";

/** A benchmark with its problems. */
export interface Benchmark {
  /** Its name in `results.json`. */
  name: string;
  /** In the order of the file. */
  problems: Problem[];
}

/**
 * Loads what the settings ask for.
 *
 * @throws where they ask for nothing, or it cannot be had
 */
export async function loadBenchmark(
  settings: EvaluationSettings,
  hub: HubPlace,
  reporter: Reporter,
): Promise<Benchmark> {
  const { benchmark, data, seed } = settings;
  const known = benchmark !== null && Object.hasOwn(BENCHMARKS, benchmark);
  if (benchmark === BUILTIN && data.files.length === 0) {
    return { name: BUILTIN, problems: secretNumbersHeldOut({ seed }) };
  }
  if (data.files.length === 0 && benchmark === null) {
    throw new ConfigError([
      `Say what to evaluate on: benchmark=${Object.keys(BENCHMARKS).join("|")}|${BUILTIN}|FILE`,
    ]);
  }
  if (data.files.length > 0) {
    const name = benchmark === null ? stem(data.files[0]) : known ? benchmark : stem(benchmark);
    return { name, problems: await fromFiles(data.files, settings, reporter) };
  }
  if (!known) {
    return {
      name: stem(benchmark!),
      problems: await fromFiles([file(benchmark!)], settings, reporter),
    };
  }
  const path = await fromHub(benchmark as keyof typeof BENCHMARKS, hub, reporter);
  const problems = await fromFiles([path], settings, reporter);
  return { name: benchmark!, problems: problems.map((p) => ({ ...p, source: benchmark! })) };
}

async function fromHub(
  name: keyof typeof BENCHMARKS,
  hub: HubPlace,
  reporter: Reporter,
): Promise<string> {
  try {
    return await hubData(BENCHMARKS[name], hub, reporter);
  } catch (error) {
    const what = `${
      (error as Error).message.replace(/[.\s]*$/, "")
    }. Without a network, get the file`;
    throw new Error(`${what} elsewhere and set data.files=FILE`, { cause: error });
  }
}

async function fromFiles(
  files: readonly string[],
  { data }: EvaluationSettings,
  reporter: Reporter,
): Promise<Problem[]> {
  const { problems, dropped } = await loadProblems(
    files,
    { ...data, reference_key: "solution" },
    { checkGold, unparsableGold: data.unparsable_gold },
  );
  if (dropped.length > 0) {
    reporter.warn(
      `${dropped.length} row(s) of ${
        files.join(", ")
      } are left out: their gold answers cannot be parsed`,
    );
  }
  return problems;
}

/** A file's name, or the benchmark that was meant. */
function file(name: string): string {
  if (/[./\\]/.test(name)) return name;
  const guess = nearest(name, [...Object.keys(BENCHMARKS), BUILTIN]);
  throw new ConfigError([
    `There is no benchmark ${name}. Did you mean ${guess}? A file's name ends in .jsonl or .parquet`,
  ]);
}

const stem = (path: string) => basename(path).replace(/\.[^.]*$/, "");
