/** What the micro-world's models learn before RL: the generator to follow a critique, the critic to write one. */

import type { Tokenizer } from "../../data/tokenizer.ts";
import { deriveSeed, Random } from "../../seed.ts";
import { criticMessages, revisionMessages } from "../prompts.ts";
import { critiqueText, teacherCritique } from "./critique.ts";
import { difference, type Edit, type Judgment, pickEdit, revised, withBugs } from "./edits.ts";
import { drawProblem } from "./problem.ts";
import { SUGGESTIONS } from "./vocabulary.ts";
import { drawSpecification, programText, SLOTS, statementText } from "./program.ts";

/** A supervised example, in token ids. */
export interface SftRow {
  /** What the model is given. */
  prompt: number[];
  /** What it learns to write, the end token included. */
  response: number[];
}

/** The critic sees more right programs than it will meet: it is the comparison that it finds hard. */
const CRITIC_BUG_CHANCES = [0.4, 0.45, 0.15] as const;

/** One row of the critic's. */
export function criticRow(tokenizer: Tokenizer, random: Random, progress: number): SftRow {
  if (random.next() < (progress < 0.3 ? 0.5 : 0.15)) return drillRow(tokenizer, random);
  const problem = drawProblem(random, false, CRITIC_BUG_CHANCES);
  const chat = criticMessages(problem.statement, programText(problem.program));
  return row(tokenizer, chat, teacherCritique(problem, random));
}

/**
 * A program that has nothing to do with the statement, and the analysis alone: only the words tell what is wanted.
 * Without such rows the critic copies the program for a long time, for most of its parts are right.
 */
function drillRow(tokenizer: Tokenizer, random: Random): SftRow {
  const wanted = drawSpecification(random);
  const program = withBugs(drawSpecification(random), random.int(3), random);
  const critique = critiqueText(program, difference(program, wanted), "Incorrect");
  const chat = criticMessages(statementText(wanted, random), programText(program));
  const analysis = critique.slice(0, critique.indexOf(SUGGESTIONS));
  return { ...row(tokenizer, chat, ""), response: tokenizer.encode(analysis) };
}

/** One row of the generator's: any program, any critique, and what {@linkcode revised} makes of them. */
export function generatorRow(tokenizer: Tokenizer, random: Random): SftRow {
  const wanted = drawSpecification(random);
  const program = withBugs(wanted, random.int(3), random);
  const kind = random.next();
  const count = kind < 0.2 ? 0 : kind < 0.75 ? 1 : 2;
  const slots = random.shuffle([...SLOTS]).slice(0, count);
  const edits = slots.map((slot): Edit =>
    random.next() < 0.3 ? { slot, value: program[slot] } : pickEdit(program, slot, random)
  );
  const judgment: Judgment = random.next() < (count === 0 ? 0.6 : 0.15) ? "Correct" : "Incorrect";
  const chat = revisionMessages(
    statementText(wanted, random),
    programText(program),
    critiqueText(program, edits, judgment),
  );
  return row(tokenizer, chat, programText(revised(program, edits, judgment)));
}

/** Draws a row; `progress` is the share of the training that is done. */
export type RowKind = (tokenizer: Tokenizer, random: Random, progress: number) => SftRow;

/** The rows of a step. */
export function sftRows(
  kind: RowKind,
  tokenizer: Tokenizer,
  { seed, step, steps, count }: { seed: number; step: number; steps: number; count: number },
): SftRow[] {
  const random = new Random(deriveSeed(seed, kind.name, step));
  return Array.from({ length: count }, () => kind(tokenizer, random, step / steps));
}

function row(
  tokenizer: Tokenizer,
  chat: ReturnType<typeof criticMessages>,
  response: string,
): SftRow {
  return {
    prompt: tokenizer.encodeChat(chat),
    response: [...tokenizer.encode(response), tokenizer.eosIds[0]],
  };
}
