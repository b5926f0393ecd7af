/// <reference lib="dom" />
/** The run that a report carries within itself. */

import { problemDigest } from "../../run/rollouts_file.ts";
import type { Carried, Source } from "./source.ts";

/** The report's data; null on a page from the server. */
export function carriedSource(): Source | null {
  const element = document.getElementById("carried");
  if (!element) return null;
  const { run, metrics, steps, note }: Carried = JSON.parse(element.textContent ?? "");
  const problems = (step: number) => {
    if (!steps[step]) throw new Error(`This report does not carry step ${step}.`);
    return steps[step];
  };
  return {
    live: false,
    note,
    runs: () => Promise.resolve([run]),
    run: () => Promise.resolve(run),
    metrics: (_name, since) => Promise.resolve(since ? { ...metrics, lines: [] } : metrics),
    step: (_name, step) => Promise.resolve().then(() => problems(step).map(problemDigest)),
    problem: (_name, step, index) =>
      Promise.resolve().then(() => {
        const problem = problems(step)[index];
        if (!problem) throw new Error(`Step ${step} has no problem ${index + 1}.`);
        return problem;
      }),
  };
}
