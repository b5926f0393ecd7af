/** Critique and revision, turn by turn: arXiv 2502.03492, section 5. */

import { extractCode } from "../../../sandbox/judge/extract.ts";
import { deriveSeed } from "../../seed.ts";
import type { Execution } from "../execution.ts";
import { inLots, type Lots } from "../lots.ts";
import { fenced, generatorMessages, revisionMessages } from "../prompts.ts";
import type { CodeTask } from "../tasks.ts";
import type { Writer } from "../writer.ts";
import type { EvalCritic } from "./critics.ts";
import { keyOf, type SolutionRecord } from "./record.ts";

/** What the turns work with. */
export interface EvalParts extends Lots<SolutionRecord> {
  /** What is solved. */
  tasks: readonly CodeTask[];
  /** Solutions a task. */
  samples: number;
  /** Critiques a solution, one after the other. */
  turns: number;
  /** Leaves a solution alone once it is judged Correct. */
  stop: boolean;
  /** Every draw follows from it. */
  seed: number;
  /** Solves and revises. */
  generator: Writer;
  /** Runs the tests. */
  execution: Execution;
  /** Stops at once. */
  signal?: AbortSignal;
}

const MAX_TOKENS = 1024;

/** The initial solutions, drawn at temperature 0.7. */
export async function initialSolutions(parts: EvalParts): Promise<SolutionRecord[]> {
  const { tasks, samples, generator, seed, signal } = parts;
  const wanted = tasks.flatMap((task) =>
    Array.from({ length: samples }, (_, sample) => ({ task, sample, method: "initial", turn: 0 }))
  );
  return await solved(parts, wanted, async (lot) => {
    const written = await generator.write(
      lot.map(({ task }) => generatorMessages(task.statement, task.face)),
      {
        maxTokens: MAX_TOKENS,
        temperature: 0.7,
        topP: 0.8,
        seeds: lot.map(({ task, sample }) => deriveSeed(seed, "initial", task.id, sample)),
        signal,
      },
    );
    return written.map(({ text, fault }) => ({
      code: extractCode(text, "python").code,
      ...(fault ? { fault } : {}),
    }));
  });
}

/**
 * The turns of one method.
 *
 * @returns a list a turn, the initial solutions first, each in their order; a solution that was left alone is in later
 * lists as it was
 */
export async function criticiseAndRevise(
  parts: EvalParts,
  method: string,
  critic: EvalCritic,
  initial: readonly SolutionRecord[],
): Promise<SolutionRecord[][]> {
  const { generator, seed, signal } = parts;
  const byId = new Map(parts.tasks.map((task) => [task.id, task]));
  const all = [[...initial]];
  for (let turn = 1; turn <= parts.turns; turn++) {
    const before = all.at(-1)!;
    const active = before.flatMap((record, i) =>
      record.stopped ? [] : [{ i, record, task: byId.get(record.task)!, method, turn }]
    );
    const wanted = active.map((item) => ({ ...item, sample: item.record.sample }));
    const revised = await solved(parts, wanted, async (lot) => {
      const said = await critic(
        lot.map(({ task, record, sample }) => ({
          task,
          code: record.code,
          seed: deriveSeed(seed, method, task.id, sample, turn),
        })),
        signal,
      );
      const open = lot.flatMap((item, k) => {
        const { critique, judgment } = said[k];
        const stops = critique === "" || parts.stop && judgment === "Correct";
        return stops ? [] : [{ k, task: item.task, code: item.record.code, critique }];
      });
      const written = await generator.write(
        open.map(({ task, code, critique }) =>
          revisionMessages(task.statement, fenced(code), critique, task.face)
        ),
        { maxTokens: MAX_TOKENS, temperature: 0, topP: 1, signal },
      );
      const revisions = new Map(open.map(({ k }, w) => [k, written[w]]));
      return lot.map(({ record }, k) => {
        const { critique, judgment, fault = revisions.get(k)?.fault } = said[k];
        const revision = revisions.get(k);
        const stopped = parts.stop && judgment === "Correct";
        return {
          code: revision && !fault ? extractCode(revision.text, "python").code : record.code,
          critique,
          ...(judgment === undefined ? {} : { judgment }),
          ...(stopped ? { stopped } : {}),
          ...(fault ? { fault } : {}),
        };
      });
    });
    parts.advance?.(before.length - active.length);
    const next = [...before];
    active.forEach(({ i }, k) => next[i] = revised[k]);
    all.push(next);
  }
  return all;
}

type Named = Pick<SolutionRecord, "method" | "sample" | "turn"> & { task: CodeTask };
type Made = Omit<SolutionRecord, "method" | "task" | "sample" | "turn" | "passed" | "verdict">;

/** Makes what the journal lacks, lot by lot: written, then run, then recorded. In the order of `wanted`. */
async function solved<T extends Named>(
  parts: EvalParts,
  wanted: readonly T[],
  make: (lot: T[]) => Promise<Made[]>,
): Promise<SolutionRecord[]> {
  const { execution, signal } = parts;
  const keyOfItem = (item: T) => keyOf({ ...item, task: item.task.id });
  return await inLots(parts, wanted, keyOfItem, async (lot) => {
    const made = await make(lot);
    return await Promise.all(lot.map(async ({ method, task, sample, turn }, k) => {
      const { passed, verdict } = await execution.run(task, made[k].code, { signal });
      return { method, task: task.id, sample, turn, passed, verdict, ...made[k] };
    }));
  });
}
