/** One task as a person would do it: run, look, ask, revise, run again. */

import { extractCode } from "../../../sandbox/judge/extract.ts";
import type { Executed, Execution } from "../execution.ts";
import { type Judgment, judgmentOf } from "../judgment.ts";
import { criticMessages, fenced, revisionMessages } from "../prompts.ts";
import type { CodeTask } from "../tasks.ts";
import type { Writer } from "../writer.ts";

/** What came of asking the critic. */
export interface Criticised {
  /** What the critic wrote. */
  critique: string;
  /** Its judgment. */
  judgment: Judgment | null;
  /** The revised program; empty where the generator brought none. */
  revision: string;
  /** What came of the revision. */
  after: Executed;
}

/**
 * Criticises and revises one solution; both greedily, so that asking again brings the same.
 *
 * @throws {Error} where a model brings nothing
 */
export async function criticiseOne(
  task: CodeTask,
  code: string,
  models: { critic: Writer; generator: Writer },
  execution: Execution,
): Promise<Criticised> {
  const draw = { maxTokens: 1024, temperature: 0, topP: 1 };
  const [said] = await models.critic.write([criticMessages(task.statement, fenced(code))], draw);
  const critique = said.text.trim();
  if (critique === "") {
    throw new Error(`The critic brought nothing${said.fault ? `: ${said.fault}` : ""}`);
  }
  const chat = revisionMessages(task.statement, fenced(code), critique, task.face);
  const [revised] = await models.generator.write([chat], draw);
  if (revised.fault) throw new Error(`The generator brought nothing: ${revised.fault}`);
  const revision = extractCode(revised.text, "python").code;
  const after = await execution.run(task, revision, { runAll: true });
  return { critique, judgment: judgmentOf(critique), revision, after };
}
