/** The part of a run that one file can carry. */

import type { StepRecord } from "../run/critic_formats.ts";
import type { Carried } from "../page/data/source.ts";
import type { RunsFolder } from "../run/runs_folder.ts";

/** Characters of rollouts in a report: a browser opens it at once, and it still goes through e-mail. */
const CAP = 12_000_000;

/** No step takes more than this part of the whole, so that large ones leave room for a few others. */
const SHARES = 8;

/** The most lines of metrics: beyond them curves look the same, and a file grows. */
const LINES = 5_000;

/**
 * Reads what a report carries: all settings, the metrics, and the rollouts of the last step, the first, and those
 * that divide the rest evenly, as long as there is room.
 *
 * @param cap characters of rollouts
 *
 * @throws an Error where there is no such run
 */
export async function carriedRun(runs: RunsFolder, name: string, cap = CAP): Promise<Carried> {
  const run = await runs.run(name), metrics = await runs.metrics(name);
  if (!run) throw new Error(`There is no run ${name} in ${runs.root}.`);
  const steps: Record<string, StepRecord[]> = {};
  let size = 0, dropped = 0;
  for (const step of spread(run.rolloutSteps)) {
    if (size > cap * (1 - 1 / SHARES)) break;
    const { kept, length, left } = fitting(await runs.problems(name, step) ?? [], cap / SHARES);
    if (kept.length > 0) steps[step] = kept;
    size += length;
    dropped += left;
  }
  const rolloutSteps = run.rolloutSteps.filter((step) => step in steps);
  const lines = metrics?.lines ?? [], every = Math.ceil(lines.length / LINES);
  const thinned = lines.filter((line, i) =>
    i % every === 0 || i === lines.length - 1 || "val-core/pass@1" in line
  );
  const left = [
    rolloutSteps.length < run.rolloutSteps.length &&
    `the rollouts of ${
      run.rolloutSteps.length - rolloutSteps.length
    } of ${run.rolloutSteps.length} steps`,
    dropped > 0 && `${dropped} problems of the steps that are here`,
    thinned.length < lines.length && `the metrics of ${lines.length - thinned.length} steps`,
  ].filter((text) => text);
  return {
    run: { ...run, rolloutSteps },
    metrics: { version: "report", next: 0, lines: thinned },
    steps,
    note: left.length > 0
      ? `A report of the run ${name}. To keep it small, ${left.join(" and ")} were left out.`
      : `A report of the run ${name}, whole.`,
  };
}

/** The problems that fit into some characters. */
function fitting(problems: readonly StepRecord[], room: number) {
  let length = 0;
  const kept = problems.filter((problem) => {
    const own = JSON.stringify(problem).length;
    if (length + own > room) return false;
    length += own;
    return true;
  });
  return { kept, length, left: problems.length - kept.length };
}

/** All values, in an order in which every beginning is spread over the whole: last, first, middle, quarters, … */
export function spread<T>(values: readonly T[]): T[] {
  const order: number[] = [], taken = new Set<number>();
  const take = (index: number) => {
    if (!taken.has(index)) order.push(index);
    taken.add(index);
  };
  if (values.length > 0) [values.length - 1, 0].forEach(take);
  for (let parts = 2; taken.size < values.length; parts *= 2) {
    for (let i = 1; i < parts; i += 2) take(Math.round(i * (values.length - 1) / parts));
  }
  return order.map((index) => values[index]);
}
