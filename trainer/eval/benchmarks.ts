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

const NAMES: readonly string[] = [...Object.keys(BENCHMARKS), BUILTIN];

/** What is asked for, before anything is read. */
export interface Benchmark {
  /** Its name in `results.json`. */
  name: string;
  /** Where its problems are: files, one of {@linkcode BENCHMARKS}, or built in. */
  place: { files: string[] } | { hub: keyof typeof BENCHMARKS } | { builtin: true };
}

/**
 * What the settings ask for.
 *
 * @throws {ConfigError} where that is nothing, or nothing known
 */
export function benchmarkOf({ benchmark, data: { files } }: EvaluationSettings): Benchmark {
  if (benchmark === null && files.length === 0) {
    throw new ConfigError([`Say what to evaluate on: benchmark=${NAMES.join("|")}|FILE`]);
  }
  const name = benchmark === null || !NAMES.includes(benchmark)
    ? stem(benchmark ?? files[0])
    : benchmark;
  if (files.length > 0) return { name, place: { files } };
  if (name === BUILTIN) return { name, place: { builtin: true } };
  if (name === benchmark && Object.hasOwn(BENCHMARKS, name)) {
    return { name, place: { hub: name as keyof typeof BENCHMARKS } };
  }
  if (!/[./\\]/.test(benchmark!)) {
    throw new ConfigError([
      `There is no benchmark ${benchmark}. Did you mean ${nearest(benchmark!, NAMES)}? ` +
      `A file's name ends in .jsonl or .parquet`,
    ]);
  }
  return { name, place: { files: [benchmark!] } };
}

/**
 * Reads its problems.
 *
 * @throws where they cannot be had, or a row or a gold answer cannot be used
 */
export async function problemsOf(
  { name, place }: Benchmark,
  settings: EvaluationSettings,
  hub: HubPlace,
  reporter: Reporter,
): Promise<Problem[]> {
  if ("builtin" in place) return secretNumbersHeldOut({ seed: settings.seed });
  if ("files" in place) return await fromFiles(place.files, settings, reporter);
  const path = await fromHub(place.hub, hub, reporter);
  const problems = await fromFiles([path], settings, reporter);
  return problems.map((problem) => ({ ...problem, source: name })); // The hub's file is named by number.
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

const stem = (path: string) => basename(path).replace(/\.[^.]*$/, "");
