/** Stage I's data: solutions, what execution says of them, critiques from that, revisions (arXiv 2502.03492, 3.1). */

import { extractCode } from "../../../sandbox/judge/extract.ts";
import { deriveSeed, Random } from "../../seed.ts";
import type { Execution } from "../execution.ts";
import { executionHint } from "../hint.ts";
import { judgmentOf } from "../judgment.ts";
import { inLots, type Lots } from "../lots.ts";
import { fenced, generatorMessages, hintedCriticMessages, revisionMessages } from "../prompts.ts";
import type { CodeTask } from "../tasks.ts";
import type { Writer, Written } from "../writer.ts";
import { keyOf, type SynthesisRecord } from "./record.ts";

/** What the synthesis works with. */
export interface SynthesisParts extends Lots<SynthesisRecord> {
  /** What is solved. */
  tasks: readonly CodeTask[];
  /** Solutions a task; 4 in the paper. */
  samples: number;
  /** Every draw follows from it. */
  seed: number;
  /** Solves and revises. */
  generator: Writer;
  /** Criticises, told by the hint. */
  critic: Writer;
  /** Runs the tests. */
  execution: Execution;
  /** Stops at once. */
  signal?: AbortSignal;
}

/** arXiv 2502.03492, appendix: how solutions and critiques are drawn. The repetition penalty, 1.05, is the server's. */
const DRAW = { maxTokens: 1024, temperature: 0.7, topP: 0.8 };

interface Wanted {
  task: CodeTask;
  sample: number;
}

/** Makes what the journal lacks; all records, in the order of tasks and samples. */
export async function synthesize(parts: SynthesisParts): Promise<SynthesisRecord[]> {
  const { tasks, samples } = parts;
  const wanted = tasks.flatMap((task) =>
    Array.from({ length: samples }, (_, sample): Wanted => ({ task, sample }))
  );
  const keyOfItem = ({ task, sample }: Wanted) => keyOf({ task: task.id, sample });
  return await inLots(parts, wanted, keyOfItem, (lot) => synthesizeLot(lot, parts));
}

async function synthesizeLot(
  lot: readonly Wanted[],
  { generator, critic, execution, seed, signal }: SynthesisParts,
): Promise<SynthesisRecord[]> {
  const seeds = (purpose: string, items: readonly Wanted[]) =>
    items.map(({ task, sample }) => deriveSeed(seed, purpose, task.id, sample));
  const solved = await generator.write(
    lot.map(({ task }) => generatorMessages(task.statement, task.face)),
    { ...DRAW, seeds: seeds("solution", lot), signal },
  );
  const drafts = await Promise.all(lot.map(async ({ task, sample }, k) => {
    const { code } = extractCode(solved[k].text, "python");
    const { passed, verdict, result } = await execution.run(task, code, { runAll: true, signal });
    const random = new Random(deriveSeed(seed, "hint", task.id, sample));
    const hint = result && executionHint(task.problem, result, random);
    return { task, sample, code, passed, verdict, hint, fault: solved[k].fault };
  }));

  const hinted = drafts.filter((draft) => draft.hint !== null);
  const critiques = pairUp(
    hinted,
    await critic.write(
      hinted.map(({ task, code, hint }) =>
        hintedCriticMessages(task.statement, fenced(code), hint!)
      ),
      { ...DRAW, seeds: seeds("critique", hinted), signal },
    ),
  );
  const said = hinted.filter((draft) => critiques.get(draft)!.text.trim() !== "");
  const revisions = pairUp(
    said,
    await generator.write(
      said.map((draft) => {
        const { task, code } = draft, { text } = critiques.get(draft)!;
        return revisionMessages(task.statement, fenced(code), text, task.face);
      }),
      { maxTokens: DRAW.maxTokens, temperature: 0, topP: 1, signal },
    ),
  );
  return await Promise.all(drafts.map(async (draft) => {
    const { task, fault: unsolved, ...rest } = draft;
    const critique = critiques.get(draft), revision = revisions.get(draft);
    const program = extractCode(revision?.text ?? "", "python").code;
    const revised = await execution.run(task, program, { signal });
    const fault = unsolved ?? critique?.fault ?? revision?.fault;
    return {
      task: task.id,
      ...rest,
      critique: critique?.text.trim() ?? "",
      judgment: judgmentOf(critique?.text ?? ""),
      revised_passed: revised.passed,
      revised_verdict: revised.verdict,
      ...(fault ? { fault } : {}),
    };
  }));
}

function pairUp<T>(items: readonly T[], written: readonly Written[]): Map<T, Written> {
  return new Map(items.map((item, i) => [item, written[i]]));
}
