/** Who criticises in an evaluation: models, or the bare results of the tests. */

import { deriveSeed } from "../../seed.ts";
import type { Executed, Execution } from "../execution.ts";
import { type Judgment, judgmentOf, majority } from "../judgment.ts";
import { criticMessages, fenced } from "../prompts.ts";
import type { CodeTask } from "../tasks.ts";
import type { Writer } from "../writer.ts";

/** What is to be criticised. */
export interface Criticised {
  /** What the program is for. */
  task: CodeTask;
  /** The program. */
  code: string;
  /** Names the draw: the run's seed, method, task, sample, turn. */
  seed: number;
}

/** What was said. */
export interface Said {
  /** Goes to the generator; empty where nothing came. */
  critique: string;
  /** Left out where the method does not judge. */
  judgment?: Judgment | null;
  /** Why nothing came. */
  fault?: string;
}

/** A way to criticise. */
export type EvalCritic = (items: readonly Criticised[], signal?: AbortSignal) => Promise<Said[]>;

/** Tokens of a critique, and how it is drawn: arXiv 2502.03492. */
const DRAW = { maxTokens: 1024, temperature: 0.7, topP: 0.8 };

/**
 * A model's critiques. Of several for one solution, the majority judges, and the first that agrees with it is what the
 * generator reads.
 */
export function modelCritic(writer: Writer, votes: number): EvalCritic {
  return async (items, signal) => {
    const chats = items.flatMap(({ task, code }) =>
      Array.from({ length: votes }, () => criticMessages(task.statement, fenced(code)))
    );
    const seeds = items.flatMap(({ seed }) =>
      Array.from({ length: votes }, (_, vote) => deriveSeed(seed, "critique", vote))
    );
    const written = await writer.write(chats, { ...DRAW, seeds, signal });
    return items.map((_, i) => {
      const all = written.slice(i * votes, (i + 1) * votes);
      const usable = all.filter(({ text }) => text.trim() !== "");
      if (usable.length === 0) {
        return { critique: "", judgment: null, fault: all[0].fault ?? "the critique is empty" };
      }
      const judgment = majority(usable.map(({ text }) => judgmentOf(text)));
      const { text } = usable.find(({ text }) => judgmentOf(text) === judgment) ?? usable[0];
      return { critique: text, judgment };
    });
  };
}

/** The results of the tests, as they are. It judges nothing, so that no solution is left alone for passing. */
export function executionFeedback(execution: Execution): EvalCritic {
  return (items, signal) =>
    Promise.all(items.map(async ({ task, code }) => {
      const executed = await execution.run(task, code, { signal });
      return { critique: feedback(task, executed) };
    }));
}

/** What came of the tests, up to the first that failed. */
export function feedback(
  { problem }: CodeTask,
  { passed, verdict, result }: Executed,
): string {
  if (passed) return `All ${problem.tests.length} tests passed.`;
  if (!result) return verdict === "NoProgram" ? "There is no program." : "The tests could not run.";
  const at = result.tests.findIndex((test) => !test.passed);
  const { message, run } = result.tests[at];
  const stderr = run.run_result?.stderr?.trim() ?? "";
  const said = stderr === "" || stderr.includes(message) ? stderr : `${message}\n${stderr}`;
  return `Test ${at + 1} of ${problem.tests.length} failed: ${verdict}\n${said || message}`
    .slice(0, 2000);
}
